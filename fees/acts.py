"""What may be done on one charge from its page: verb -> its form, whether it is open now, and the verb of the model it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Duty

from . import forms, rules
from .models import CashTaken, Charge, Dispute, Refund, impose, reckon
from .models.deferral import Stay


@dataclass(frozen=True)
class ChargeAct:
    """One act: what it is called, what it asks for, who may now, and how it is carried out."""

    label: Any
    form: type[forms.ActForm]
    may: Callable[[Any, Charge], Any]
    call: Callable[[Charge, Any, dict[str, Any]], Any]
    grave: bool = False
    help: Any = ""


def _step(verb: str) -> Callable[[Any, Charge], Any]:
    return lambda user, charge: verb in charge.steps_open_to(user)


def _verb(verb: str) -> Callable[[Charge, Any, dict[str, Any]], Any]:
    return lambda charge, by, said: getattr(charge, verb)(by=by, **said)


def _may_impose(user: Any, charge: Charge) -> Any:
    if charge.status != Charge.Status.REGISTERED or charge.kind not in (Charge.Kind.FINE, Charge.Kind.FEE) or charge.elsewhere:
        return None
    return rules.registrar_of_its_agency(user, charge) and reckon(charge, charge.county.today()).fen > 0


def _may_stay(user: Any, charge: Charge) -> Any:
    mine = rules.registrar_of_its_agency(user, charge) or rules.head_of_its_agency(user, charge)
    return mine and charge.kind == Charge.Kind.FINE and not charge.stays.filter(last=None).exists()


def _running(charge: Charge) -> Stay | None:
    return charge.stays.filter(last=None).first()


def _may_take_cash(user: Any, charge: Charge) -> Any:
    fine = charge.kind == Charge.Kind.FINE and charge.status == Charge.Status.REGISTERED and not hasattr(charge, "cash")
    return fine and charge.sums.received == 0 and charge.open > 0 and rules.registrar_of_its_agency(user, charge)


def _cash_step(verb: str) -> Callable[[Any, Charge], Any]:
    return lambda user, charge: hasattr(charge, "cash") and verb in charge.cash.steps_open_to(user)


def _may_refund(user: Any, charge: Charge) -> Any:
    mine = rules.registrar_of_its_agency(user, charge) or rules.head_of_its_agency(user, charge)
    return mine and charge.open < 0 and not charge.refunds.filter(status__in=[Refund.Status.ASKED, Refund.Status.AGREED]).exists()


def _open_dispute(charge: Charge) -> Dispute | None:
    return charge.disputes.waiting().first()


def _may_answer(user: Any, charge: Charge) -> Any:
    dispute = _open_dispute(charge)
    return dispute and dispute.steps_open_to(user)


def _may_dispute(user: Any, charge: Charge) -> Any:
    return user.holding(Duty.CODE_HAND_OUT, county=charge.county) and not _open_dispute(charge)


#: the address of an act -> the act
ACTS: dict[str, ChargeAct] = {
    "correct": ChargeAct(_("更正金额"), forms.CorrectForm, _step("correct"), _verb("correct"), help=_("写成一笔新账目，原账目不改。")),
    "reduce": ChargeAct(_("减免"), forms.ReduceForm, _step("reduce"), _verb("reduce")),
    "defer": ChargeAct(_("暂缓、分期缴纳"), forms.DeferForm, _step("defer"), _verb("defer"), help=_("行政处罚法第66条")),
    "impose": ChargeAct(
        _("加处"), forms.ImposeForm, _may_impose, lambda charge, by, said: impose(charge, by=by, **said),
        help=_("罚款的加处罚款须另有决定，每日不超过百分之三，总数不超过本金，复议、诉讼期间不计（行政处罚法第72条、第73条）。"),
    ),
    "stay": ChargeAct(_("登记复议、诉讼"), forms.StayForm, _may_stay, lambda charge, by, said: Stay.begin(charge, by=by, **said)),
    "stay-end": ChargeAct(
        _("登记复议、诉讼终止"), forms.StayEndForm,
        lambda user, charge: _running(charge) and (rules.registrar_of_its_agency(user, charge) or rules.head_of_its_agency(user, charge)),
        lambda charge, by, said: _running(charge).end(by=by, **said),
    ),
    "cash": ChargeAct(
        _("登记当场收缴"), forms.CashForm, _may_take_cash, lambda charge, by, said: CashTaken.take(charge, by=by, **said),
        help=_("只限行政处罚法第68条、第69条的情形；两个工作日内交单位，单位再于两个工作日内缴付银行。"),
    ),
    "cash-hand-in": ChargeAct(
        _("现金已交单位"), forms.DayForm, _cash_step("hand_in"), lambda charge, by, said: charge.cash.hand_in(by=by, **said)
    ),
    "cash-bank": ChargeAct(
        _("现金已缴付银行"), forms.SlipForm, _cash_step("bank"), lambda charge, by, said: charge.cash.bank(by=by, **said),
        help=_("到账仍以非税系统的数据为准。"),
    ),
    "refund": ChargeAct(_("申请退付"), forms.RefundForm, _may_refund, lambda charge, by, said: Refund.ask(charge, by=by, **said)),
    "dispute": ChargeAct(
        _("代企业登记异议"), forms.DisputeForm, _may_dispute, lambda charge, by, said: Dispute.make(charge, by=by, **said)
    ),
    "reply": ChargeAct(_("答复异议"), forms.WhyForm, _may_answer, lambda charge, by, said: _open_dispute(charge).reply(by=by, **said)),
    "uphold": ChargeAct(
        _("认定异议成立"), forms.WhyForm, _may_answer, lambda charge, by, said: _open_dispute(charge).uphold(by=by, **said)
    ),
    "ask-void": ChargeAct(_("申请作废"), forms.WhyForm, _step("ask_void"), _verb("ask_void"), grave=True, help=_("由另一人复核后才作废。")),
    "void": ChargeAct(_("复核作废"), forms.WhyForm, _step("void"), _verb("void"), grave=True, help=_("编号保留，不能恢复。")),
    "keep": ChargeAct(_("不予作废"), forms.WhyForm, _step("keep"), _verb("keep")),
}  # fmt: skip


def open_to(user: Any, charge: Charge) -> dict[str, ChargeAct]:
    """Return the acts that this person may carry out on ``charge`` now."""
    return {name: act for name, act in ACTS.items() if act.may(user, charge)}
