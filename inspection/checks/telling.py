"""Whether the enterprise is told beforehand, and if not, why."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from .filing import Filing
from .finding import Level, Said, law


@law("telling.said", Level.BLOCKS, _l("写明告知方式"), "行政检查应当告知；不事先告知的说明理由")
def said(filing: Filing) -> Iterator[Said]:
    """Told on a day not after the first, or not told on a ground."""
    plan = filing.plan
    if plan.telling == plan.Telling.ADVANCE:
        if not plan.tell_on:
            yield Said("tell_on", _("选择提前告知的，请填写告知日期。"))
        elif plan.starts_on and plan.tell_on > plan.starts_on:
            yield Said("tell_on", _("告知日期应当不晚于检查开始日期。"))
    elif plan.telling == plan.Telling.UNANNOUNCED:
        if not plan.no_telling_ground.strip():
            yield Said("no_telling_ground", _("选择不事先告知的，请写明理由和依据。"))
    else:
        yield Said("telling", _("请选择提前告知或者不事先告知。"))
