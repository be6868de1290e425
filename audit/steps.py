"""The door through which every act on a stateful row goes: lock, look, act, sign — or nothing.

STEPS = {"submit": Step(_("提交"), (DRAFT, RETURNED), SUBMITTED, who=rules.clerk_of_its_agency)}

def submit(self, *, by):
    with self.step("submit", by=by):
        self.submitted_at = timezone.now()
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .actor import Acting
from .models import Audited, NotYours, WrongMoment, signed


@dataclass(frozen=True)
class Step:
    """One line of a table of steps.

    ``label`` is the verb as the pages say it; ``who(user, row)`` returns the post that entitles the user,
    or None. ``to`` None leaves the state as it is. ``unless(row)`` returns the sentence that says why the moment is
    wrong though the state is right (asked already, others must come first), or "".
    """

    label: Any
    from_: tuple[str, ...]
    to: str | None
    who: Callable[[Any, Any], Any]
    needs_note: bool = False
    grave: bool = False
    unless: Callable[[Any], str] | None = None

    def is_open_to(self, row: Any) -> bool:
        """Tell whether the row stands where this step begins, whoever takes it."""
        return row.status in self.from_ and not (self.unless and self.unless(row))


class Stepped(Audited):
    """An audited row whose ``status`` moves only by its table ``STEPS``. ``status`` is editable nowhere else."""

    STEPS: ClassVar[dict[str, Step]] = {}

    class Meta:
        abstract = True

    @contextmanager
    def step(self, verb: str, *, by: Acting, note: str = "") -> Iterator[Self]:
        """Lock the row, look at the table, let the body act, save and sign.

        Raises NotYours (wrong person) before WrongMoment (wrong state): who may not act learns nothing
        of the state. Values set on the instance before the door opens are lost: it is read again under
        the lock.
        """
        step = self.STEPS[verb]
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(of=("self",)))
            post = step.who(by, self)
            if not post:
                raise NotYours(_("您的岗位不能对“%(what)s”办理“%(verb)s”。") % {"what": self, "verb": step.label})
            if self.status not in step.from_:
                raise WrongMoment(
                    _("“%(what)s”现在的状态是“%(status)s”，不能办理“%(verb)s”。可能已有人先行办理，请刷新后查看。")
                    % {"what": self, "status": self.get_status_display(), "verb": step.label}
                )
            if step.unless and (why := step.unless(self)):
                raise WrongMoment(why)
            with signed(by=by, verb=verb, note=note, post=post):
                yield self
                if step.to is not None:
                    self.status = step.to
                self.save()

    def steps_open_to(self, user: Acting) -> dict[str, Step]:
        """Return the steps this user may take now: what the page offers and the door will not refuse."""
        return {verb: step for verb, step in self.STEPS.items() if step.is_open_to(self) and step.who(user, self)}

    @classmethod
    def verb_labels(cls) -> dict[str, Any]:
        """Return verb -> words for the trail."""
        return {**{verb: step.label for verb, step in cls.STEPS.items()}, **cls.VERBS}


def status_field(choices: type[models.TextChoices], initial: str) -> models.CharField:
    """Return the ``status`` field of a stepped model: no form, serializer or admin may set it."""
    return models.CharField(gettext_lazy("状态"), max_length=20, choices=choices.choices, default=initial, editable=False)
