"""The glossary is true to the code: what pages and code call a thing stands in it."""

import importlib
import re
from pathlib import Path

import pytest
from django.db.models import Model

from fees.models import CashTaken, Charge, Dispute, PaymentNotice, Refund
from inspection.models import Draw, DrawnLine, FilingNotice, InspectionOrder, InspectionPlan, InspectionProgramme, Printout, Visit
from oversight.models import ReportedDemand
from receipts.models import Complaint

GLOSSARY = (Path(__file__).resolve().parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
FACES = ["audit", "paper", "delivery", "accounts", "inspection", "receipts", "fees", "oversight"]
STEPPED = [InspectionPlan, InspectionProgramme, FilingNotice, InspectionOrder, Printout, Visit, Charge, Draw, DrawnLine, Complaint]
STEPPED += [PaymentNotice, CashTaken, Refund, Dispute, ReportedDemand]


def built():
    """Return the glossary without its list of words kept for later."""
    return GLOSSARY.split("## Words kept for")[0]


@pytest.mark.parametrize("app", FACES)
def test_every_model_of_a_face_stands_in_the_glossary(app):
    face = importlib.import_module(f"{app}.models")
    exported = [name for name in face.__all__ if isinstance(getattr(face, name), type) and issubclass(getattr(face, name), Model)]
    assert exported
    assert [name for name in exported if f"`{name}`" not in built()] == []


@pytest.mark.parametrize("model", STEPPED, ids=lambda model: model.__name__)
def test_every_state_stands_beside_its_word(model):
    missing = [f"{s.value} {s.label}" for s in model.Status if not re.search(rf"\| `{s.value}` \| {s.label} \|", built())]
    assert missing == []


@pytest.mark.parametrize("model", STEPPED, ids=lambda model: model.__name__)
def test_every_verb_stands_in_the_glossary(model):
    assert [verb for verb in model.STEPS if f"`{verb}`" not in built()] == []


def test_the_office_is_never_said_to_approve():
    office = ("accept", "return_", "decline", "revoke")
    assert not any("批准" in str(InspectionPlan.STEPS[verb].label) for verb in office)
    assert "批准" not in str(InspectionPlan.Status.ACCEPTED.label)
    assert not any("批准" in str(InspectionProgramme.STEPS[verb].label) for verb in ("accept", "return_"))
