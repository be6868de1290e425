"""What the sweep does for those who asked for papers: one paper at once, a batch in parts, so that other work goes on between."""

import io
import logging
import shutil
import time
import zipfile
from pathlib import Path
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
    rows = FilingNotice.objects.filter(uid__in=asked.snapshot["notices"]).select_related("document", "county")
    notices = list(rows.order_by("year", "number"))
    good = [notice for notice in notices if notice.status == FilingNotice.Status.ISSUED]
    if not good:
        asked.fail(by=by, said="这一批通知书都已经作废。")
    else:
        parts = [(asked.folder / _name_of(notices[at : at + PART], at), notices[at : at + PART]) for at in range(0, len(notices), PART)]
        for part, found in parts:
            if not part.exists():
                _make_part(part, found)
                return
        document = StoredFile.keep(_merged([part for part, _found in parts]), "application/pdf")
        archive = StoredFile.keep(_zipped(good), "application/zip")
        asked.carry_out(by=by, document=document, archive=archive, void=[n.label for n in notices if n not in good])
    shutil.rmtree(asked.folder, ignore_errors=True)


def one_paper(asked: Printout) -> bytes:
    """Return the PDF of a printout that is no batch: a function of its snapshot, or of that of the notice it prints again."""
    kind, said = asked.kind, asked.snapshot
    if kind == Printout.Kind.NOTICE:
        return papers.both_copies([facts_of(asked.notice)], void=said["void"])
    return papers.form(kind.lower(), said)


def _name_of(notices: list[FilingNotice], at: int) -> str:
    """Return the name of a part: how many notices it takes from where, and which of them are void. One more void, and it is made anew."""
    return f"{at:05}-{len(notices)}-{''.join('v' if n.status == FilingNotice.Status.VOID else 'g' for n in notices)}.pdf"


def _make_part(part: Path, notices: list[FilingNotice]) -> None:
    """Write the good ones of these notices aside, and rename the file in place of the part as it was before; empty, if all are void."""
    part.parent.mkdir(parents=True, exist_ok=True)
    good = [facts_of(notice) for notice in notices if notice.status == FilingNotice.Status.ISSUED]
    aside = part.with_suffix(".part")
    aside.write_bytes(papers.both_copies(good) if good else b"")
    for before in part.parent.glob(f"{part.name[:6]}*.pdf"):
        before.unlink()
    aside.rename(part)


def _merged(parts: list[Path]) -> bytes:
    """Return all parts as one PDF to be printed; what was issued stays the single file in the archive."""
    out = io.BytesIO()
    with pikepdf.new() as whole:
        for part in filter(lambda part: part.stat().st_size, parts):
            with pikepdf.open(part) as pages:
                whole.pages.extend(pages.pages)
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def _zipped(notices: list[FilingNotice]) -> bytes:
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
