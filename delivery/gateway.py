"""A stand-in for the gateway of short messages, on 127.0.0.1: for tests, and to try out what leaves.

It holds what a real one holds to: a known key, a fresh and true signature, a registered template with all its parameters and
no others, and one message a letter, however often it is asked.
"""

import hmac
import json
import re
import string
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings

from .adapters.sms import signature

#: code -> text as registered, the host of the installation (HERE) among it
TEMPLATES = {
    "T-CODE": "{office}通知：备案通知书{number}，检查后可凭回执码{code}填写回执，或打开 HERE/c/{link} ，只报送本办公室。"
    "请勿告诉检查人员。监督电话{phone}。",
    "T-KEY": "{office}：您正在打开本企业的页面，登录码{code}，或打开 HERE/mine/in/{link} ，{minutes}分钟内有效。"
    "不是您本人操作的，请不要告诉任何人。监督电话{phone}。",
    "T-ENDED": "{office}通知：{agency}的备案通知书{number}{what}。有疑问请拨打监督电话{phone}。",
    "T-LETTER": "{subject}（{number}）。详情请登录明检查看，或者致电备案机关。",
}
#: seconds by which the clocks of both ends may differ
DRIFT = 300


class Gateway(ThreadingHTTPServer):
    """Listens; ``messages`` holds phone and text of what was taken, by letter."""

    daemon_threads = True

    def __init__(self, *, key: str, secret: str, port: int = 0, told: Callable[[str, str], Any] = lambda phone, text: None) -> None:
        super().__init__(("127.0.0.1", port), _Asked)
        self.key, self.secret, self.told = key, secret, told
        self.messages: dict[str, tuple[str, str]] = {}

    @property
    def url(self) -> str:
        """Return its address, as SMS_URL wants it."""
        return f"http://127.0.0.1:{self.server_port}/send"

    def take(self, headers: Any, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Return the answer to one request: HTTP status, and JSON."""
        at, uid = headers.get("X-Time", ""), headers.get("X-Letter", "")
        said = signature(self.secret, path=path, at=at, uid=uid, body=body)
        if headers.get("X-Key") != self.key or not hmac.compare_digest(said, headers.get("X-Signature", "")):
            return 403, {"status": "refused", "reason": "key or signature"}
        facts = json.loads(body)
        if abs(time.time() - int(at)) > DRIFT or facts.pop("id") != uid:
            return 403, {"status": "refused", "reason": "time or letter"}
        text = TEMPLATES.get(facts["template"], "").replace("HERE", settings.BASE_URL)
        wanted = {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
        if not text or wanted != set(facts["params"]):
            return 200, {"status": "refused", "reason": "template or its parameters"}
        if not re.fullmatch(r"1\d{10}", facts["phone"]):
            return 200, {"status": "refused", "reason": "no such number", "final": True}
        if uid not in self.messages:
            self.messages[uid] = facts["phone"], f"【{facts['sign']}】" + text.format(**facts["params"])
            self.told(*self.messages[uid])
        return 200, {"status": "accepted"}


class _Asked(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, answer = self.server.take(self.headers, self.path, body)
        said = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *words: Any) -> None:
        """Say nothing: what it takes bears codes."""
