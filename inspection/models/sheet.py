"""检查表（一张表单）: what is looked at, where, how, and by which standard. Officers do not change the published sheet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import ListLine
from audit.models import Audited, AuditedQuerySet


class CheckSheet(ListLine):
    """A published sheet of one inspection item, in force from a day; changed rows make a new dated sheet."""

    name = models.CharField(_("检查表名称"), max_length=120)
    item_code = models.CharField(_("检查事项编码"), max_length=40, blank=True)

    VERBS = {**ListLine.VERBS, "import": _("导入清单")}

    class Meta(ListLine.Meta):
        verbose_name = _("检查表")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CheckSheetRow(Audited):
    """One row of a sheet: object, item, content, standard (鲁政办发〔2025〕3号, “一张表单”)."""

    sheet = models.ForeignKey(CheckSheet, models.PROTECT, related_name="rows", verbose_name=_("检查表"))
    place = models.PositiveSmallIntegerField(_("序号"))
    object = models.CharField(_("检查对象"), max_length=120)
    item = models.CharField(_("检查项目"), max_length=200)
    content = models.CharField(_("检查内容"), max_length=500)
    standard = models.CharField(_("检查标准"), max_length=500)

    objects = AuditedQuerySet.as_manager()
    VERBS = {"found": _("录入检查表"), "import": _("导入清单")}

    class Meta:
        verbose_name = _("检查表的一行")
        ordering = ["sheet", "place"]
        constraints = [models.UniqueConstraint(fields=["sheet", "place"], name="one_row_a_place_of_a_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.place}"
