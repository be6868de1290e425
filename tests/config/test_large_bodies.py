"""What is too large is turned away by its announced length, before a byte of it is kept or understood."""

import io

import pytest

MB = 1024 * 1024


def announced(megabytes, kind="multipart/form-data; boundary=x"):
    """A request that announces so much and sends next to nothing."""
    return {"CONTENT_LENGTH": str(megabytes * MB), "wsgi.input": io.BytesIO(b"--x"), "CONTENT_TYPE": kind}


@pytest.mark.parametrize("address", ["/report", "/mine/complain", "/sign-in/", "/r/x/report", "/code"])
def test_three_gigabytes_from_a_stranger_are_turned_away_unread(client, desk, address):
    answer = client.generic("POST", address, **announced(3000))
    assert (answer.status_code, "25 MB" in answer.content.decode()) == (413, True)
    assert client.generic("POST", address, **announced(26)).status_code == 413


def test_who_is_signed_in_may_send_a_list_and_no_more(desk, signed_in):
    keeper = signed_in(desk.reviewer)
    assert keeper.generic("POST", "/intake/complaint/", **announced(60)).status_code == 413


@pytest.mark.parametrize("address", ["/api/v1/report/", "/api/v1/follow/", "/api/v1/programmes/files/"])
def test_a_long_message_to_the_api_is_turned_away_unread(client, desk, address):
    assert client.generic("POST", address, **announced(2, "application/json")).status_code != 413
    for megabytes in (6, 3000):
        answer = client.generic("POST", address, **announced(megabytes, "application/json"))
        assert (answer.status_code, answer.json()["code"], "5 MB" in answer.json()["detail"]) == (413, "TooLarge", True)
