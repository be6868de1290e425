"""Fields that several forms of inspection share."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _now

from accounts.models import County, Enterprise, Establishment

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
#: how the fields are called in which reasons for findings come in
REASON = "reason:"


class EstablishmentsField(forms.CharField):
    """Enterprises, one a line: chosen from the suggestions, or typed as name or number."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.establishments, self.county = Establishment.objects.none(), None

    def look_in(self, county: County, **which: Any) -> None:
        """Offer the establishments of a county."""
        self.county = county
        self.establishments = Establishment.objects.filter(enterprise__county=county, **which).select_related("enterprise")

    def clean(self, value: str) -> list[Establishment]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return [self._find(line) for line in dict.fromkeys(lines)]

    def _find(self, line: str) -> Establishment:
        words = line.split(" ")[-1] if line.split(" ")[-1].isalnum() and len(line.split(" ")[-1]) >= 15 else line
        exact = Q(enterprise__identifier=words.upper()) | Q(enterprise__name=line) | Q(enterprise__operator=line, enterprise__name="")
        # The search index first: a name alone would be looked for row by row.
        counties = [self.county.pk] if self.county else []
        near = Q(enterprise__in=Enterprise.objects.matching(words, counties)) | Q(
            enterprise__in=Enterprise.objects.matching(line, counties)
        )
        found = list(self.establishments.filter(near).filter(exact)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_now("“%(line)s”有不止一个经营场所，请填写统一社会信用代码或登记证号。") % {"line": line})
        raise forms.ValidationError(_now("没有找到“%(line)s”。请填写完整名称或者统一社会信用代码，一行一家。") % {"line": line})


def reasons_in(data: Any) -> dict[str, str]:
    """Return what was answered to findings that ask for a reason: finding -> reason."""
    return {name.removeprefix(REASON): data[name][:300] for name in data if name.startswith(REASON)}
