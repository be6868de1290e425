"""这笔钱合法吗？ Open to all: by item or in one's own words, with the article. Nothing asked here is kept."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import County
from fees.models import FeeItem
from inspection.models import ProhibitedDemand

#: so many of each are shown
MOST = 8
#: words that speak of a fine, not of a fee
FINES = ("罚款", "罚金", "罚没", "处罚", "罚钱", "交罚", "fine")


@dataclass
class Answer:
    """What can be said of the words: never lawful, on the list, stopped, a fine; or on no list at all."""

    words: str
    never: list[ProhibitedDemand] = field(default_factory=list)
    lawful: list[FeeItem] = field(default_factory=list)
    stopped: list[FeeItem] = field(default_factory=list)
    fine: bool = False

    @property
    def off_the_list(self) -> bool:
        """Tell whether nothing was found: what is on no list may not be charged."""
        return not (self.never or self.lawful or self.stopped or self.fine)

    @property
    def verdict(self) -> str:
        """Return the colour of the answer, the gravest first: never, unlisted, stopped, maybe."""
        if self.never:
            return "never"
        if self.off_the_list:
            return "unlisted"
        return "maybe" if self.lawful or self.fine else "stopped"


def is_it_lawful(county: County, words: str) -> Answer:
    """Return what the county's lists of today say of ``words``: part of a name, a code, or a sentence."""
    words = words.strip()[:60]
    today = county.today()
    answer = Answer(words, fine=any(word in words for word in FINES))
    demands = ProhibitedDemand.objects.filter(county=county).in_force(today).order_by("code")
    answer.never = [line for line in demands if _speaks_of(line, words)][:MOST]
    items = FeeItem.objects.filter(county=county)
    found = list(items.filter(Q(code__iexact=words) | Q(name__icontains=words)).order_by("code")) if len(words) >= 2 else []
    found = found or [item for item in items.order_by("code") if len(item.name) >= 3 and item.name in words]
    for item in found:
        in_force = item.starts <= today and (item.ends is None or item.ends > today)
        (answer.lawful if in_force else answer.stopped).append(item)
    answer.lawful, answer.stopped = answer.lawful[:MOST], answer.stopped[:MOST]
    return answer


def _speaks_of(demand: ProhibitedDemand, words: str) -> bool:
    """Tell whether somebody who types ``words`` means this demand: its kind, or one of the words it is known by."""
    if len(words) < 2:
        return False
    return any(sign in words or words in sign for sign in demand.signs) or words in demand.kind


@login_not_required
@require_safe
def lawful(request: HttpRequest) -> HttpResponse:
    """Ask, and be answered, without signing in."""
    counties = list(County.objects.order_by("code")[:50])
    asked = request.GET.get("county", "")
    county = next((c for c in counties if c.code == asked), counties[0] if counties else None)
    words = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"county": county, "counties": counties, "words": words[:60]}
    if county and words:
        context["answer"] = is_it_lawful(county, words)
    return render(request, "desk/lawful.html", context)
