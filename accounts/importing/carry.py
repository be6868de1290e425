"""Carry out an import: read, compare, refuse with everything at once, or write it all under one signature."""

import contextlib
import gc
import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.models import NotYours, Refused, signed

from ..models import County, Duty, Post
from .kinds import LISTS, ListKind, Progress, Result, Signer
from .reading import Faults, Gathered, lines_of


def may_import(user: Any, county: County) -> Post | None:
    """Return the post by which ``user`` may change the lists of ``county``: who keeps them, or the system at a command."""
    return user.holding(Duty.LIST_KEEP, county=county) or user.holding(Duty.SYSTEM, county=county)


def the_list(code: str) -> ListKind:
    """Return the list ``code``, or refuse naming those there are."""
    if code not in LISTS:
        raise Refused(
            _("没有名为“%(code)s”的清单，可用的有：%(all)s。") % {"code": code[:40], "all": "、".join(sorted(LISTS))}, field="list"
        )
    return LISTS[code]


def import_list(
    county: County,
    code: str,
    content: bytes,
    *,
    name: str,
    by: Any,
    dry_run: bool = False,
    progress: Progress = lambda done, of: None,
) -> Result:
    """Take a file into the list ``code`` of ``county``, all or nothing; returns what is new, changed and same.

    ``dry_run``: say the same, write nothing. Raises NotYours, Refused (not readable) or Faults (rows to mend).
    """
    kind, post = the_list(code), may_import(by, county)
    if not post:
        raise NotYours(_("只有维护清单的岗位可以导入清单。"))
    faults = Gathered()
    sheets = lines_of(content, name, kind.columns, faults, progress)
    if not sheets.lines and not faults.count:
        raise Refused(_("表头下面没有内容，请填写后再导入。"), field="file")
    note = _("%(list)s：%(file)s（SHA-256 %(digest)s）") % {
        "list": kind.title, "file": name[:100], "digest": hashlib.sha256(content).hexdigest()[:16],
    }  # fmt: skip
    if dry_run:
        result = _compared(kind, county, sheets.lines, faults, None, progress)
    else:
        with _collector_at_rest(), transaction.atomic(), signed(by=by, verb="import", note=note, post=post):
            signer = Signer(by=by, post=post, day=county.today(), note=note)
            result = _compared(kind, county, sheets.lines, faults, signer, progress)
    result.aside = sheets.aside
    return result


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Hold the garbage collector off: it would walk a million living rows again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _compared(kind: ListKind, county: County, lines: list, faults: Gathered, signer: Signer | None, progress: Progress) -> Result:
    """Compare; cells that could not be read are told together with what the comparison finds."""
    unread = faults.count
    if not unread:
        return kind.take_in(county, lines, faults, signer, progress)
    with contextlib.suppress(Faults):
        kind.take_in(county, lines, faults, None, progress)
    faults.named.sort(key=lambda fault: (fault.sheet, fault.row))
    raise Faults(faults.named, faults.count)
