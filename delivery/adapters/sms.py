"""Short messages over a gateway's HTTP interface: a registered template and its parameters, never free text.

The request is JSON, signed with HMAC-SHA256 over method, path, time, letter and body. Protocol: docs/guide/operate.md.
"""

import hashlib
import hmac
import http.client
import json
import re
import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .hopeless import Hopeless

#: seconds until a silent gateway counts as down
PATIENCE = 10
#: a parameter is a name or a number, no prose
LONGEST = 60


def send(letter: Any) -> None:
    """Ask the gateway to send one letter. Raises Hopeless when it says that the number is none."""
    answer = _post(letter.uid.hex, {"phone": letter.address, "sign": settings.SMS["sign"], **_template_of(letter)})
    if answer.get("status") == "accepted":
        return
    reason = str(answer.get("reason", ""))[:100]
    raise (Hopeless if answer.get("final") is True else RuntimeError)(f"短信网关未接受：{reason}")


def _template_of(letter: Any) -> dict[str, Any]:
    """Return the template's code and parameters; the secret becomes one of them at this moment only."""
    kind = letter.kind or "letter"
    if kind not in settings.SMS["templates"]:
        raise ImproperlyConfigured(f"SMS_TEMPLATES names no template for letters of the kind {kind!r}")
    facts = letter.facts or {"subject": letter.subject, "number": letter.about}
    params = {name: str(value)[:LONGEST] for name, value in facts.items()} | _secrets_of(letter.secret())
    return {"template": settings.SMS["templates"][kind], "params": params}


def _secrets_of(secret: str) -> dict[str, str]:
    """Return the code, and of the link in brackets behind it the letters it ends in: its beginning is fixed text of the template.

    Providers register the host with the template and let a parameter be no whole address.
    """
    code, link = re.split("[（(]", secret)[0].strip(), re.search(r"https?://\S+/(\w+)", secret, re.IGNORECASE)
    return ({"code": code} if code else {}) | ({"link": link[1]} if link else {})


def signature(secret: str, *, path: str, at: str, uid: str, body: bytes) -> str:
    """Return what both ends compute over a request."""
    said = "\n".join(["POST", path, at, uid, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def _post(uid: str, facts: dict[str, Any]) -> dict[str, Any]:
    url = urlsplit(settings.SMS["url"])
    if url.scheme != "https" and url.hostname != "127.0.0.1":
        raise ImproperlyConfigured("SMS_URL must begin with https:// (http:// only on 127.0.0.1): the message bears the code")
    body = json.dumps({"id": uid, **facts}, ensure_ascii=False).encode()
    at, path = str(int(time.time())), url.path or "/"
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Key": settings.SMS["key"],
        "X-Time": at,
        "X-Letter": uid,  # a gateway that has seen it sends nothing a second time
        "X-Signature": signature(settings.SMS["secret"], path=path, at=at, uid=uid, body=body),
    }
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname, url.port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        answer = response.read(10_000)
    finally:
        connection.close()
    if response.status != 200:
        raise RuntimeError(f"the gateway answered {response.status}")
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RuntimeError("the gateway's answer is not the JSON agreed upon")
    return found
