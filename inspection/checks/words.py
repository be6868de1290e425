"""What for: purpose, requirements, type and source of the task are said (审查备案制, 2008)."""

from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from paper.models import unprintable

from .filing import Filing
from .finding import Level, Said, law


@law("words.said", Level.BLOCKS, _l("写明检查目的、要求、类型和任务来源"), "控制对企业进行经济检查的规定第8条；沂水县2008年审查备案制")
def said(filing: Filing) -> Iterator[Said]:
    """Each thing left out is said by itself."""
    asked = {
        "purpose": _("请写明检查目的。"),
        "requirements": _("请写明检查要求（需要企业准备什么、如何配合）。"),
        "type": _("请选择检查类型。"),
        "task_source": _("请选择任务来源。"),
    }
    if not filing.plan.is_inspection:
        del asked["type"]
    for name, message in asked.items():
        if not str(getattr(filing.plan, name)).strip():
            yield Said(name, message, about=name)


@law(
    "words.printable",
    Level.BLOCKS,
    _l("文书上印不出来的字符"),
    "GB/T 9704-2012；字库没有这个字符的字形，文书印不出来",
    essential=True,
)
def printable(filing: Filing) -> Iterator[Said]:
    """Each character that no type face draws is named, where it stands and to whom can mend it: the paper would not be made."""
    plan = filing.plan
    written = [(name, "", str(getattr(plan, name) or "")) for name in ("purpose", "requirements", "task_number", "act")]
    written += [("assistants", "", f"{row.name}{row.body}") for row in filing.assistants]
    told = _("请改用通行的字，或者删去。")
    yield from _missing(written, told)
    listed = [("targets", str(row.enterprise.uid), f"{row.name}{row.operator}{row.identifier}{row.address}") for row in filing.targets]
    listed += [("items", "", f"{row.name}{row.basis}") for row in filing.items]
    listed += [("officers", str(row.officer.uid), f"{row.name}{row.certificate_number}") for row in filing.officers]
    yield from _missing(listed, _("请维护清单的岗位核对登记后再备案。"))


def _missing(texts: list[tuple[str, str, str]], remedy: str) -> Iterator[Said]:
    for field, about, text in texts:
        try:
            found = unprintable(text)
        except ImproperlyConfigured:  # without any type face set-up has not ended, and says so itself
            return
        if found:
            characters = "、".join(f"{character}（U+{ord(character):04X}）" for character in found)
            said = _("字库没有这些字符：%(characters)s。%(remedy)s") % {"characters": characters, "remedy": remedy}
            yield Said(field, said, about=about or field)
