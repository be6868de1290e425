"""A list that was sent in: who sent which file, and what became of it. Large ones are carried out by the sweep."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import AuditedQuerySet, NotYours, Refusal, signed
from audit.steps import Step, Stepped, status_field

from .county import County
from .post import Duty, Post
from .user import User


def keeper_of_its_county(user: Any, sent: "ListImport") -> Post | None:
    """Who sent it in, as long as they keep the lists of the county."""
    return (user.pk == sent.sent_by_id and user.holding(Duty.LIST_KEEP, county=sent.county)) or None


def the_system(user: Any, sent: "ListImport") -> Post | None:
    """The clock."""
    return user.holding(Duty.SYSTEM, county=sent.county)


class ListImportQuerySet(AuditedQuerySet):
    """Questions about what was sent in."""

    def visible_to(self, user: "object") -> "ListImportQuerySet":
        """Return what was sent in to the counties whose lists the user keeps."""
        return self.filter(county__in=user.counties_carrying(Duty.LIST_KEEP))

    def waiting(self) -> "ListImportQuerySet":
        """Return what the sweep has still to carry out, oldest first."""
        return self.filter(status=ListImport.Status.WAITING).order_by("pk")


class ListImport(Stepped):
    """One file for one list. The file itself, which may hold contacts, is kept only until it has been dealt with."""

    class Status(models.TextChoices):
        WAITING = "WAITING", _("等待导入")
        DONE = "DONE", _("已导入")
        FAILED = "FAILED", _("没有导入")

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("县"))
    list = models.CharField(_("清单"), max_length=40)
    name = models.CharField(_("文件名"), max_length=200)
    digest = models.CharField(_("文件校验值"), max_length=64)
    size = models.PositiveIntegerField(_("字节"))
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("导入人"))
    sent_at = models.DateTimeField(_("提交时间"))
    status = status_field(Status, Status.WAITING)
    ended_at = models.DateTimeField(_("办结时间"), null=True)
    new = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("变更"), default=0)
    same = models.PositiveIntegerField(_("没有变化"), default=0)
    said = models.TextField(_("说明"), blank=True)

    objects = ListImportQuerySet.as_manager()
    STEPS = {
        "carry_out": Step(_("导入清单"), (Status.WAITING,), Status.DONE, who=keeper_of_its_county),
        "fail": Step(_("没有导入"), (Status.WAITING,), Status.FAILED, who=the_system),
    }
    VERBS = {"send": _("提交清单文件")}

    class Meta:
        verbose_name = _("清单导入")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def send(cls, *, by: User, county: County, code: str, content: bytes, name: str) -> "ListImport":
        """Take a file to be carried out by the sweep. Raises NotYours unless ``by`` keeps the county's lists."""
        post = by.holding(Duty.LIST_KEEP, county=county)
        if not post:
            raise NotYours(_now("只有维护清单的岗位可以导入清单。"))
        sent = cls(county=county, list=code, name=name[:200], size=len(content), sent_by=by, sent_at=timezone.now())
        sent.digest = hashlib.sha256(content).hexdigest()
        sent.path.parent.mkdir(parents=True, exist_ok=True)
        sent.path.touch(mode=0o600)
        sent.path.write_bytes(content)
        with signed(by=by, verb="send", post=post):
            sent.save()
        return sent

    @classmethod
    def carry_out_at_once(cls, *, by: User, county: County, code: str, content: bytes, name: str) -> "ListImport":
        """Take a small file in while the sender waits. Raises what ``import_list`` raises; then nothing is kept."""
        sent: ListImport | None = None
        try:
            with transaction.atomic():
                sent = cls.send(by=by, county=county, code=code, content=content, name=name)
                sent.carry_out(by=by)
        finally:
            if sent is not None:
                sent.forget_file()
        return sent

    @property
    def path(self) -> Path:
        """Return where the file lies until it has been dealt with."""
        return Path(settings.FILES_DIR) / "incoming" / str(self.uid)

    @property
    def progress(self) -> tuple[int, int]:
        """Return how many lines of how many are done, told outside the transaction that writes them; (0, 0) unknown."""
        try:
            done, _of, total = self.path.with_suffix(".progress").read_text().partition("/")
            return int(done), int(total)
        except (OSError, ValueError):
            return 0, 0

    def tell(self, done: int, of: int) -> None:
        """Say how far it is, for whoever watches the page."""
        self.path.with_suffix(".progress").write_text(f"{done}/{of}")

    @classmethod
    def carry_out_due(cls, *, by: User) -> int:
        """Carry out what waits, each whole or not at all. Returns how many were dealt with."""
        dealt_with = 0
        for sent in cls.objects.waiting().select_related("county"):
            try:
                sent.carry_out(by=User.objects.get(pk=sent.sent_by_id))
            except Refusal as refusal:
                sent.refresh_from_db()
                if sent.status != cls.Status.WAITING:  # another worker was first
                    continue
                sent.fail(by=by, said=refusal.message)
            sent.forget_file()
            dealt_with += 1
        return dealt_with

    def carry_out(self, *, by: User) -> None:
        """Take the file in: one act, signed by who sent it."""
        from ..importing import import_list

        with transaction.atomic(), self.step("carry_out", by=by):
            done = import_list(self.county, self.list, self.content(), name=self.name, by=by, progress=self.tell)
            self.new, self.changed, self.same, self.said = done.new, done.changed, done.same, "\n".join(done.aside)
            self.ended_at = timezone.now()

    def content(self) -> bytes:
        """Return the file, or refuse when it is gone or has been changed."""
        try:
            content = self.path.read_bytes()
        except OSError:
            content = b""
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise Refusal(_now("上传的文件已经找不到或者不完整，请重新上传。"))
        return content

    def fail(self, *, by: User, said: str) -> None:
        """Say that nothing was taken in, and why."""
        with self.step("fail", by=by):
            self.said, self.ended_at = said, timezone.now()

    def forget_file(self) -> None:
        """Remove the file: it has been dealt with."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(".progress").unlink(missing_ok=True)
