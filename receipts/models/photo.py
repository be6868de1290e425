"""Pictures that somebody sends: looked at by content, never by name; drawn anew, so that nothing hidden in them is kept."""

import io

from django.utils.translation import gettext as _now
from PIL import Image, ImageOps, UnidentifiedImageError

from audit.models import Refused
from paper.models import StoredFile

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
#: the longer side of what is kept
SIDE = 2000
KINDS = ("JPEG", "PNG", "WEBP")
MOST = 3


def keep_scan(content: bytes) -> StoredFile:
    """Return a scan, kept: a picture drawn anew, or a PDF as it is. Raises Refused for anything else."""
    if content[:5] != b"%PDF-":
        return keep_picture(content, field="scan")
    if len(content) > MOST_BYTES:
        raise Refused(_now("扫描件超过 8 MB，请缩小后再传。"), field="scan")
    return StoredFile.keep(content, "application/pdf")


def keep_picture(content: bytes, field: str = "photos") -> StoredFile:
    """Return the stored JPEG of a picture, without place, camera or any other metadata. Raises Refused for anything else."""
    if len(content) > MOST_BYTES:
        raise Refused(_now("照片超过 8 MB，请缩小后再传。"), field=field)
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as picture:
            # The size stands in the head of the file: nothing has been unpacked so far.
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(_now("照片的像素太多，请缩小后再传。"), field=field)
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_now("这不是能打开的照片，请传 JPG、PNG 或者 WebP 图片。"), field=field) from None
    upright.thumbnail((SIDE, SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85)
    return StoredFile.keep(out.getvalue(), "image/jpeg")
