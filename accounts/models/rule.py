"""What differs from county to county: a value with its unit, dates in force and source. Audited rows."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from audit.models import Audited, AuditedQuerySet, NotYours, Refused, signed

from .post import Duty


@dataclass(frozen=True)
class RuleDefinition:
    """One rule the code asks for: its name on pages, default, unit (工作日, 日, 元, 次, 人) and source of the default.

    ``least`` and ``most`` are what the law, or the promise to the enterprise, leaves to the county.
    """

    label: Any
    default: int | str
    unit: str
    source: str
    choices: tuple[tuple[str, Any], ...] = ()
    least: int = 0
    most: int = 999_999

    def read(self, text: str) -> str:
        """Return the value that ``text`` says, or refuse it: a whole number from ``least`` to ``most``, or one of the choices."""
        text = text.strip()
        if isinstance(self.default, int):
            if not re.fullmatch(r"[0-9]{1,6}", text) or not self.least <= int(text) <= self.most:
                said = _now("请填写 %(least)d 到 %(most)d 的整数（%(source)s）。")
                raise Refused(said % {"least": self.least, "most": self.most, "source": self.source}, field="value")
            return str(int(text))
        if not text or (self.choices and text not in dict(self.choices)):
            raise Refused(_now("请选择或者填写一个数值。"), field="value")
        return text

    def shown(self, value: int | str) -> str:
        """Return a value as the page says it."""
        return str(dict(self.choices).get(str(value), value))


#: code -> definition. A county's own rows in RuleValue stand before these defaults.
RULES: dict[str, RuleDefinition] = {
    "receipt.window": RuleDefinition(_("回执提交期限"), 15, "工作日", "本系统设计：离企登记次日起算", least=5),
    "receipt.tries_per_hour": RuleDefinition(_("每部手机每小时可试回执码"), 10, "次", "本系统设计", least=3),
    "receipt.sends_per_day": RuleDefinition(_("一份通知书每日可提交回执"), 20, "次", "本系统设计", least=3),
    "receipt.wrong_per_day": RuleDefinition(_("一份通知书一日试错满多少次后，每个网络地址每小时只可试错两次"), 200, "次", "本系统设计"),
    "public.sends_per_hour": RuleDefinition(_("同一网络地址每小时可提交（运营商共用地址，从宽）"), 60, "次", "本系统设计", least=10),
    "receipt.remind_after": RuleDefinition(_("离企后多久提醒填写回执"), 5, "工作日", "本系统设计：温和提醒，可停止"),
    "receipt.quick_minutes": RuleDefinition(_("入企后多久以内提交的回执加注"), 10, "分钟", "本系统设计：只加注，不删除"),
    "receipt.times_differ": RuleDefinition(_("回执与登记的时间相差多少列为差异"), 30, "分钟", "本系统设计"),
    "receipt.few": RuleDefinition(_("公布评价时答复的和没有答复的企业至少各有"), 5, "家", "防止由评价反推企业，不得低于5", least=5),
    "receipt.callbacks": RuleDefinition(_("每月随机电话回访"), 10, "家", "本系统设计"),
    "retaliation.days": RuleDefinition(_("不满意回执或举报后再次检查须提示备案机关"), 90, "日", "本系统设计"),
    "enterprise.key_minutes": RuleDefinition(_("企业页面登录码有效"), 30, "分钟", "本系统设计", least=5),
    "complaint.accept_days": RuleDefinition(_("投诉举报受理期限"), 5, "工作日", "本系统设计", least=1),
    "complaint.decide_days": RuleDefinition(_("投诉举报办结期限"), 15, "工作日", "本系统设计", least=1),
    "complaint.extend_days": RuleDefinition(_("投诉举报延长办理"), 10, "工作日", "本系统设计：一次"),
    "complaint.reopen_days": RuleDefinition(_("答复后可申请复核的期限"), 15, "工作日", "本系统设计：一次"),
    "contact.fresh_days": RuleDefinition(_("联系方式变更后提示备案机关的天数"), 30, "日", "本系统设计"),
    "officers.min": RuleDefinition(_("现场执法人员最少"), 2, "人", "行政处罚法 第42条", least=2),
    "draw.seed_days": RuleDefinition(_("冻结（或开奖）后须给出种子的期限"), 5, "工作日", "本系统设计"),
    "penalty.spot_max_organisation": RuleDefinition(_("当场处罚上限（法人、其他组织）"), 3000, "元", "行政处罚法 第51条", most=3000),
    "penalty.spot_max_citizen": RuleDefinition(_("当场处罚上限（公民）"), 200, "元", "行政处罚法 第51条", most=200),
    "penalty.spot_household_as": RuleDefinition(
        _("个体工商户当场处罚按"),
        "citizen",
        "",
        "法律未明文；默认从严（公民标准）",
        choices=(("citizen", _("公民标准")), ("organisation", _("法人、其他组织标准"))),
    ),
    "penalty.cash_on_spot_max": RuleDefinition(_("当场收缴罚款上限（小额）"), 100, "元", "行政处罚法 第68条第一项", most=100),
    "penalty.pay_within": RuleDefinition(_("罚款缴纳期限"), 15, "日", "行政处罚法 第67条", least=15),
    "penalty.late_rate_per_day": RuleDefinition(_("加处罚款每日不超过"), 3, "%", "行政处罚法 第72条", most=3),
    "penalty.cash_officer_to_agency": RuleDefinition(_("当场收缴的罚款交至单位的期限"), 2, "工作日", "行政处罚法 第71条、第85条", most=2),
    "penalty.cash_agency_to_bank": RuleDefinition(_("单位缴付指定银行的期限"), 2, "工作日", "行政处罚法 第71条、第85条", most=2),
    "fine.local_rule_max": RuleDefinition(
        _("地方政府规章可设定的罚款上限"), 100_000, "元", "山东省地方政府规章设定罚款限额规定 第3条", most=100_000
    ),
    "fine.local_rule_max_safety_ecology": RuleDefinition(
        _("地方政府规章可设定的罚款上限（公共安全、生态、人身财产安全）"),
        200_000,
        "元",
        "山东省地方政府规章设定罚款限额规定 第3条",
        most=200_000,
    ),
    "collection.institution": RuleDefinition(
        _("罚没代收机构"), "县财政部门指定的代收银行", "", "行政处罚法 第67条：作出决定的机关与收缴机构分离"
    ),
    "collection.where": RuleDefinition(
        _("缴款办法"), "凭缴款码到任一代收银行网点，或者用手机银行、非税电子缴款平台缴纳", "", "罚款决定与罚款收缴分离实施办法 第7条"
    ),
    "collection.wait": RuleDefinition(_("登记后自动归集"), 1, "工作日", "本系统设计：等一天，各单位的款项合成一张通知单"),
    "register.due_day": RuleDefinition(
        _("收费罚没月报报送截止（次月几日）"), 5, "日", "部分地方减负办规定：次月五日以前抄送", least=1, most=28
    ),
    "register.back_days": RuleDefinition(
        _("可以补登多少日以内的收费（项目已停征的）、罚款（高于现行上限而没有送达日期的）"), 30, "日", "本系统设计"
    ),
    "review.closer_share": RuleDefinition(_("随机从严审查的比例"), 10, "%", "本系统设计：使从严审查不透露任何信息"),
    "programme.due": RuleDefinition(
        _("年度检查计划报送截止（月-日）"), "03-31", "", "鲁政办发〔2025〕3号的聊城市落实措施、上海市优化营商环境条例：三月底以前"
    ),
    "board.period_days": RuleDefinition(_("看板统计天数"), 30, "日", "本系统设计"),
}


def define_rule(code: str, definition: RuleDefinition) -> str:
    """Add a rule that stands beside the law it serves, on a higher floor. Returns its code."""
    if code in RULES:
        raise ValueError(f"the rule {code} is defined twice")
    RULES[code] = definition
    return code


class RuleQuerySet(AuditedQuerySet):
    """Questions about rule values."""

    def in_force(self, on: datetime.date) -> "RuleQuerySet":
        """Return what was in force on the day ``on``."""
        return self.filter(starts__lte=on).filter(Q(ends__isnull=True) | Q(ends__gt=on))


class RuleValue(Audited):
    """A county's value of one rule, in force from ``starts`` until before ``ends``. Ended by date, never edited away."""

    county = models.ForeignKey("accounts.County", models.PROTECT, related_name="rule_values", verbose_name=_("县"))
    code = models.CharField(_("规则"), max_length=60)
    value = models.CharField(_("数值"), max_length=200)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    starts = models.DateField(_("施行"))
    ends = models.DateField(_("废止"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=300)

    objects = RuleQuerySet.as_manager()
    VERBS = {"set": _("设定规则"), "end": _("终止规则"), "found": _("导入规则")}

    class Meta:
        verbose_name = _("规则")
        ordering = ["code", "-starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="rule_ends_after_it_starts"),
            models.UniqueConstraint(fields=["county", "code", "starts"], name="one_rule_value_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}{self.unit}"

    @classmethod
    def set_value(cls, *, by: Any, county: Any, code: str, value: str, starts: datetime.date, source: str) -> "RuleValue":
        """Set a rule from a day on, with its source: by the keeper of lists. Earlier rows stay: an earlier day can be asked.

        Refused: no such rule, a value of the wrong kind or below the law, a day gone by or set already, no source.
        """
        post = by.holding(Duty.LIST_KEEP, county=county)
        if not post:
            raise NotYours(_now("只有维护清单的岗位可以设定规则。"))
        if code not in RULES:
            raise Refused(_now("没有“%(code)s”这条规则。") % {"code": code[:60]}, field="code")
        value = RULES[code].read(value)
        if starts < county.today():
            raise Refused(_now("施行日期不能早于今天：过去的日子按当时的数值。"), field="starts")
        if not source.strip():
            raise Refused(_now("请写明依据，例如本县文件的文号和条款。"), field="source")
        if cls.objects.filter(county=county, code=code, starts=starts).exists():
            raise Refused(_now("这一天已经设定过，请另选施行日期。"), field="starts")
        with signed(by=by, verb="set", post=post):
            return cls.objects.create(
                county=county, code=code, value=value, unit=RULES[code].unit, starts=starts, source=source.strip()[:300]
            )

    @classmethod
    def ask(cls, county: Any, code: str, on: datetime.date) -> int | str:
        """Return the value in force in ``county`` on ``on``: the latest row, else the definition's default."""
        default = RULES[code].default
        row = cls.objects.filter(county=county, code=code).in_force(on).order_by("-starts").values_list("value", flat=True).first()
        return default if row is None else type(default)(row)


class Rules:
    """All rule values of a county on a day, asked once: ``Rules(county, on)["officers.min"]``."""

    def __init__(self, county: Any, on: datetime.date) -> None:
        rows = RuleValue.objects.filter(county=county).in_force(on).order_by("starts").values_list("code", "value")
        self._values = dict(rows)

    def __getitem__(self, code: str) -> int | str:
        """Return the value in force, else the definition's default. KeyError for a rule that nobody has defined."""
        default = RULES[code].default
        return type(default)(self._values[code]) if code in self._values else default
