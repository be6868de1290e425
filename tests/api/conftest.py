"""Hands at the API: one client a person, and words for what is sent."""

import datetime
import uuid

import pytest
from rest_framework.test import APIClient

from audit.models import Attempt


class Hand:
    """Somebody at the API. Answers come as ``(status, body)``."""

    def __init__(self, user=None):
        self.client = APIClient()
        self.user = user
        if user:
            self.client.force_login(user, backend="accounts.signin.ByUsername")

    def get(self, address, **query):
        return self._said(self.client.get(f"/api/v1/{address}", query))

    def post(self, address, **body):
        return self._said(self.client.post(f"/api/v1/{address}", body, format="json"))

    def patch(self, address, **body):
        return self._said(self.client.patch(f"/api/v1/{address}", body, format="json"))

    def raw(self, method, address, text, kind="application/json"):
        return self.client.generic(method, f"/api/v1/{address}", text, content_type=kind)

    @staticmethod
    def _said(response):
        return response.status_code, response.json() if response["Content-Type"] == "application/json" else None


@pytest.fixture
def at():
    """``at(user)`` is that person's hand at the API; ``at()`` is a stranger's."""
    return Hand


@pytest.fixture
def filing(desk):
    """What a clerk's program sends for an ordinary filing that starts today."""
    today = desk.county.today()
    return {
        "type": "DAILY",
        "task_source": "PROGRAMME",
        "purpose": "核查食品生产许可和出厂检验记录",
        "requirements": "请准备近三个月台账",
        "why_on_site": "需现场查看生产车间",
        "starts_on": today.isoformat(),
        "ends_on": (today + datetime.timedelta(days=2)).isoformat(),
        "minutes_on_site": 120,
        "telling": "ADVANCE",
        "tell_on": today.isoformat(),
        "targets": [str(desk.establishment.uid)],
        "items": [str(desk.item.uid)],
        "officers": [str(desk.officer_row.uid), str(desk.second_officer_row.uid)],
        "assistants": [{"name": "张助", "body": "检验中心"}],
        "uid": str(uuid.uuid4()),
    }


@pytest.fixture
def attempts():
    """What has been refused and kept so far: ``(actor, act, refusal)``."""

    def kept():
        return list(Attempt.objects.order_by("pk").values_list("actor_name", "act", "refusal"))

    return kept
