"""A form that does one act. Refused, it keeps all that was typed and says at the field what to mend."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest

from .refusals import Refusal


class ActForm(forms.Form):
    """Parses; the act decides. ``result`` holds what the act returned, ``http_status`` what to answer."""

    result: Any = None
    http_status = 200

    def carry_out(self, request: HttpRequest, act: Callable[[dict[str, Any]], Any]) -> bool:
        """Validate and act on the cleaned values. False: not done, and the errors stand on the form.

        The refusal is left on the request, where the gate finds it and records the attempt.
        """
        if not self.is_valid():
            self.http_status = 422
            return False
        try:
            self.result = act(self.cleaned_data)
        except Refusal as refusal:
            field = refusal.field if refusal.field in self.fields else None
            self.add_error(field, refusal.message.split("\n"))
            self.http_status, request.refusal = refusal.status, refusal
            return False
        return True


class NoteForm(ActForm):
    """The one thing most acts ask for: an opinion or a reason."""

    note = forms.CharField(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
