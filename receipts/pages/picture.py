"""The promise as a picture that a phone keeps. Drawn from the promise alone: it says nothing of what was said."""

import io
import json

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from paper.qr_picture import face, qr_picture

from ..models import Receipt

WIDE, HIGH, EDGE = 720, 960, 48
INK, QUIET, GREEN = (28, 36, 44), (81, 96, 109), (18, 105, 60)


def promise_png(receipt: Receipt) -> bytes:
    """Return the picture: number, time, digest, and all of the promise as a QR."""
    page = Image.new("RGB", (WIDE, HIGH), "white")
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, WIDE, 150), fill=GREEN)
    draw.text((EDGE, 50), _("已存证，任何人不能删除"), font=face(44), fill="white")
    at = timezone.localtime(receipt.sent_at).strftime("%Y-%m-%d %H:%M")
    lines = [
        (_("编号"), QUIET, 26),
        (receipt.number, INK, 64),
        (f"{receipt.county.office_name}", INK, 28),
        (at, INK, 28),
        (_("摘要（SHA-256）"), QUIET, 22),
        (receipt.digest[:32], INK, 22),
        (receipt.digest[32:], INK, 22),
    ]
    down = 180
    for words, colour, size in lines:
        draw.text((EDGE, down), str(words), font=face(size), fill=colour)
        down += size + 16
    page.paste(qr_picture(json.dumps(receipt.promise, separators=(",", ":")), 420), ((WIDE - 420) // 2, HIGH - 450))
    out = io.BytesIO()
    page.quantize(32).save(out, "PNG", optimize=True)  # a third of the bytes: an old phone fetches it over 3G
    return out.getvalue()
