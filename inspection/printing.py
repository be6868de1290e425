"""What the sweep does for those who asked for papers: one paper at once, a batch in parts, so that other work goes on between."""

import io
import logging
import shutil
import time
import zipfile
from typing import Any

import pikepdf

from accounts.models import User
from audit.models import WrongMoment
from paper.models import StoredFile

from . import papers
from .documents import facts_of
from .models import FilingNotice, Printout

log = logging.getLogger(__name__)

#: notices a part of a batch; papers that are alike share their faces and the page overleaf
PART = 20
#: seconds a sweep gives to batches before it looks after other work
PATIENCE = 10


def print_due(*, by: User) -> int:
    """Derived from state: make what was asked for. Returns how many papers, or parts of a batch, were made."""
    began, made = time.monotonic(), 0
    for asked in list(Printout.objects.waiting().select_related("county", "agency", "plan", "notice", "visit")):
        while asked.status == Printout.Status.WAITING and time.monotonic() - began < PATIENCE:
            try:
                _go_on(asked, by=by)
            except WrongMoment:
                break  # another sweep was first
            except papers.NotFit as fault:
                asked.fail(by=by, said=str(fault))
            made += 1
    return made


def _go_on(asked: Printout, *, by: User) -> None:
    if asked.kind != Printout.Kind.BATCH:
        asked.carry_out(by=by, document=StoredFile.keep(one_paper(asked), "application/pdf"))
        return
    notices = list(asked.plan.notices.filter(status="ISSUED").select_related("document", "county").order_by("year", "number"))
    done = asked.progress
    if done < len(notices):
        _make_part(asked, notices[done : done + PART], at=done)
        return
    document = StoredFile.keep(_merged(asked), "application/pdf")
    archive = StoredFile.keep(_zipped(asked, notices), "application/zip")
    asked.carry_out(by=by, document=document, archive=archive)
    shutil.rmtree(asked.folder, ignore_errors=True)


def one_paper(asked: Printout) -> bytes:
    """Return the PDF of a printout that is no batch: a function of its snapshot, or of that of the notice it prints again."""
    kind, said = asked.kind, asked.snapshot
    if kind == Printout.Kind.NOTICE:
        return papers.both_copies([facts_of(asked.notice)], void=said["void"])
    return papers.form(kind.lower(), said)


def _make_part(asked: Printout, notices: list[FilingNotice], *, at: int) -> None:
    """Write one part aside and rename it: its name says how many notices are in it."""
    asked.folder.mkdir(parents=True, exist_ok=True)
    part = asked.folder / f"{at:05}-{len(notices)}.pdf"
    aside = part.with_suffix(".part")
    aside.write_bytes(papers.both_copies([facts_of(notice) for notice in notices]))
    aside.rename(part)


def _merged(asked: Printout) -> bytes:
    """Return all parts as one PDF to be printed; what was issued stays the single file in the archive."""
    out = io.BytesIO()
    with pikepdf.new() as whole:
        for part in sorted(asked.folder.glob("*.pdf")):
            with pikepdf.open(part) as pages:
                whole.pages.extend(pages.pages)
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def _zipped(asked: Printout, notices: list[FilingNotice]) -> bytes:
    """Return the notices and orders, each as it was issued, byte for byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for place, notice in enumerate(notices, 1):
            for row in filter(None, (notice, _order_of(notice))):
                entry = zipfile.ZipInfo(f"{place:03} {_as_a_name(row.label)}.pdf", notice.county.day_of(row.issued_at).timetuple()[:6])
                archive.writestr(entry, row.document.read())
    return out.getvalue()


def _order_of(notice: FilingNotice) -> Any:
    order = getattr(notice, "order", None)
    return order if order and order.document_id else None


def _as_a_name(label: str) -> str:
    return "".join(c if c not in '\\/:*?"<>|' else "_" for c in label)
