"""A gateway of short messages on 127.0.0.1, and the settings that lead to it."""

import threading

import pytest

from delivery.gateway import Gateway


@pytest.fixture
def gateway(settings):
    with Gateway(key="k", secret="s3cret") as found:
        threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.DELIVERY = {"sms": "http", "email": "smtp"}
        settings.SMS = {
            "url": found.url, "key": "k", "secret": "s3cret", "sign": "沂水优化办",
            "templates": {"receipt-code": "T-CODE", "enterprise-key": "T-KEY", "letter": "T-LETTER", "notice-ended": "T-ENDED"},
        }  # fmt: skip
        yield found
        found.shutdown()
