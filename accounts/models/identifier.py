"""Numbers by which an enterprise is known."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from audit.models import Refused


class IdentifierKind(models.TextChoices):
    """Kinds of number: not everyone who is inspected holds a unified social credit code."""

    USCC = "USCC", _("统一社会信用代码")
    REG15 = "REG15", _("工商注册号（15 位）")
    PERMIT = "PERMIT", _("登记证号")
    NONE = "NONE", _("无")


def check_identifier(kind: str, number: str) -> str:
    """Return the number in its one written form, or raise Refused saying what is wrong.

    统一社会信用代码: 18 characters of 31, weighted check character (GB 32100-2015). 注册号: 15 digits.
    """
    number = "".join(number.split()).upper()
    match kind:
        case IdentifierKind.USCC:
            if len(number) != 18:
                raise Refused(
                    _("统一社会信用代码应为 18 位，现在是 %(n)d 位，请对照营业执照核对。") % {"n": len(number)}, field="identifier"
                )
            if not uscc.is_valid(number):
                raise Refused(_("统一社会信用代码校验不通过，请对照营业执照逐位核对（不含字母 I、O、S、V、Z）。"), field="identifier")
        case IdentifierKind.REG15:
            if not re.fullmatch(r"\d{15}", number):
                raise Refused(_("工商注册号应为 15 位数字。"), field="identifier")
        case IdentifierKind.PERMIT:
            if not number:
                raise Refused(_("请填写登记证号；没有证件的，证件种类选“无”。"), field="identifier")
        case IdentifierKind.NONE:
            number = ""
    return number
