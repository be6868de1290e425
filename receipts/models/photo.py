"""Pictures that somebody sends: looked at by content, never by name; drawn anew, so that nothing hidden in them is kept.

Whoever sends them is unknown, so the head of the file is asked before anything is unpacked, and one picture is drawn at a time:
a worker needs 200 MB at most for it, whatever is sent and by how many.
"""

import io
import threading

from django.utils.translation import gettext as _now
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from audit.models import Refused
from paper.models import StoredFile

MOST_BYTES = 8 * 1024 * 1024
#: of a JPEG, which is unpacked at a half, a quarter or an eighth of its size: what the cameras of phones make
MOST_PIXELS = 25_000_000
#: of any other picture, which is unpacked whole: more than three screens of a phone
MOST_UNPACKED = 12_000_000
#: the longer side of what is sent: an eighth of it is near what is kept
LONGEST = 20_000
#: times that a JPEG goes over its picture; ten is the custom, and each time may cost as much as a photograph
MOST_SCANS = 30
#: the longer side of what is kept
SIDE = 2000
KINDS = ("JPEG", "PNG", "WEBP")
MOST = 3

_drawing = threading.Lock()


def keep_scan(content: bytes) -> StoredFile:
    """Return a scan, kept: a picture drawn anew, or a PDF as it is. Raises Refused for anything else."""
    if content[:5] != b"%PDF-":
        return keep_picture(content, field="scan")
    if len(content) > MOST_BYTES:
        raise Refused(_now("扫描件超过 8 MB，请缩小后再传。"), field="scan")
    return StoredFile.keep(content, "application/pdf")


def keep_picture(content: bytes, field: str = "photos") -> StoredFile:
    """Return the stored JPEG of a picture, without place, camera or any other metadata. Raises Refused for anything else."""
    return StoredFile.keep(drawn_anew(content, field), "image/jpeg")


def drawn_anew(content: bytes, field: str = "photos") -> bytes:
    """Return the picture as a JPEG of its own, as ``keep_picture`` keeps it. Raises Refused likewise."""
    if len(content) > MOST_BYTES:
        raise Refused(_now("照片超过 8 MB，请缩小后再传。"), field=field)
    try:
        with _drawing, Image.open(io.BytesIO(content), formats=KINDS) as picture:
            return _drawn(picture, content, field)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_now("这不是能打开的照片，请传 JPG、PNG 或者 WebP 图片。"), field=field) from None


def _drawn(picture: Image.Image, content: bytes, field: str) -> bytes:
    # The size stands in the head of the file: nothing has been unpacked so far.
    jpeg = isinstance(picture, JpegImageFile)
    if max(picture.size) > LONGEST or picture.width * picture.height > (MOST_PIXELS if jpeg else MOST_UNPACKED):
        raise Refused(_now("照片的像素太多，请缩小后再传。"), field=field)
    if jpeg and _scans(content) > MOST_SCANS:
        raise ValueError("unpacked over and over")
    if (share := SIDE / max(picture.size)) < 1:
        picture.draft("RGB", (max(1, int(picture.width * share)), max(1, int(picture.height * share))))
    small = picture if picture.mode in ("RGB", "RGBA", "L") else picture.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    upright = ImageOps.exif_transpose(small).convert("RGB")
    clean, out = Image.new("RGB", upright.size), io.BytesIO()
    clean.paste(upright)
    clean.save(out, "JPEG", quality=85)
    return out.getvalue()


def _scans(content: bytes) -> int:
    """Return how often a JPEG goes over its picture; counted as a decoder does, up to the end of the picture."""
    found, at = 0, content.find(b"\xff", 2)
    while 0 <= at < len(content) - 3:
        marker = content[at + 1]
        if marker == 0xD9:
            break
        found += marker == 0xDA
        if marker == 0xFF:
            at += 1
            continue
        # Behind a stuffed FF and a restart stands the picture; everything else says how long it is.
        bare = marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8
        at = content.find(b"\xff", at + 2 + (0 if bare else int.from_bytes(content[at + 2 : at + 4])))
    return found
