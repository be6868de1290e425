"""Is this PDF the notice it says it is: its QR, the signature in it, the data attached, and what the issuing database holds."""

import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pypdfium2 import PdfiumError

from audit import issuing
from paper.models import codes_on

from . import statement
from .models import FilingNotice, Printout

#: in the order in which they are asked; each says what a failure means
CHECKS = {
    "qr": "二维码读得出来，而且只有一个地址",
    "signature": "二维码里的签名是公布的密钥签的",
    "data": "附在文件里的数据就是签名的那些内容",
    "record": "签发系统里有这份通知书",
    "status": "通知书有效（已制发、没有作废）",
    "file": "文件与签发系统存档的逐字节相同（SHA-256）",
}


@dataclass
class Findings:
    """What was found: ``checks`` name -> (good, words); ``facts`` what the notice says, from the most trusted source at hand."""

    sha256: str
    checks: dict[str, tuple[bool, str]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def genuine(self) -> bool:
        """Tell whether every check was made and is good."""
        return self.checks.keys() == CHECKS.keys() and all(good for good, _words in self.checks.values())

    def say(self, name: str, good: bool, words: str) -> bool:
        """Write one check down; returns whether it is good."""
        self.checks[name] = (good, words)
        return good


def verify_pdf(content: bytes) -> Findings:
    """Return what is found in a PDF and in the database of this installation. Whatever the file is, no exception leaves."""
    found = Findings(hashlib.sha256(content).hexdigest())
    said, text = _statement_on(content, found)
    _attached(content, found, said)
    notice = FilingNotice.objects.select_related("county").by_address(text) if text else None
    if not found.say("record", notice is not None, str(notice) if notice else "没有：不是本系统制发的，或者记录已丢失"):
        return found
    state = notice.state_on(notice.county.today())
    found.facts = notice.snapshot
    found.say("status", state in ("good", "early", "late"), f"{notice.get_status_display()}（{state}）{notice.void_reason}")
    copies = Printout.objects.filter(notice=notice, document__isnull=False).values_list("document_id", flat=True)
    if found.sha256 == notice.document_id:
        found.say("file", True, "就是存档的原件")
    else:
        is_copy = found.sha256 in set(copies)
        found.say("file", is_copy, "是存档的另一联或者补打件" if is_copy else f"不同：存档的是 {notice.document_id}")
    return found


def _statement_on(content: bytes, found: Findings) -> tuple[statement.Statement | None, str]:
    try:
        codes = set(codes_on(content))
    except PdfiumError as fault:
        found.say("qr", False, f"不是可以打开的 PDF：{fault}")
        return None, ""
    address = re.fullmatch(r"https?://[^/]+/r/([a-z0-9]+)", codes.pop(), re.I) if len(codes) == 1 else None
    if not found.say("qr", address is not None, address[1] if address else "没有二维码、有几个不同的，或者不是通知书的地址"):
        return None, ""
    text = address[1].upper()
    if len(text) <= 40:
        found.say("signature", False, "早先的通知书，二维码里没有签名")
        return None, address[1]
    try:
        said = statement.check(text, issuing.published().keys)
    except (statement.NotGenuine, issuing.CannotSign) as fault:
        found.say("signature", False, f"验不过：{fault}")
        return None, text
    found.facts = {"year": said.year, "number": said.number, "enterprise": said.enterprise, "starts_on": said.starts_on.isoformat()}
    found.say("signature", True, f"密钥 {said.key}，{said.issued_on} 签")
    return said, text


def _attached(content: bytes, found: Findings, said: statement.Statement | None) -> None:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            facts = json.loads(pdf.attachments["notice.json"].get_file().read_bytes())
        digest = statement.facts_digest(facts)
    except (pikepdf.PdfError, KeyError, ValueError, TypeError, AttributeError, OSError) as fault:
        found.say("data", False, f"没有附上可读的 notice.json：{fault}")
        return
    same = said is not None and digest == said.facts
    found.say("data", same, "内容摘要相同" if same else "内容与签名不符，或者没有可信的签名可以对照")
