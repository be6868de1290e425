"""A PAdES signature on a finished PDF, where the installation has a certificate. Never called 电子印章: that is GB/T 38540."""

import datetime
import io
import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

#: how long a certificate made here lasts; the demo's only
_DAYS = 3650
#: what stands in the signature of a certificate that nobody vouches for
SELF_MADE = "演示自制证书，没有法律效力"


def with_signature(pdf: bytes) -> bytes:
    """Return ``pdf`` signed (PAdES B-B, an incremental update: the bytes before it stay), or as it is where no certificate is set.

    Raises ImproperlyConfigured when PADES_P12 names a file that is missing or does not open: nothing leaves unsigned by accident.
    """
    if not settings.PADES_P12:
        return pdf
    path = Path(settings.PADES_P12)
    signer = _signer(str(path), path.stat().st_mtime_ns if path.exists() else 0)
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    said = signers.PdfSignatureMetadata(
        field_name="Signature",
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        reason=SELF_MADE if is_self_made(signer) else None,
    )

    def sign() -> bytes:
        return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), said, signer=signer).getvalue()

    # pyHanko runs a loop of its own, which a thread that runs one already would refuse.
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(sign).result()


def is_self_made(signer: Any) -> bool:
    """Tell whether the certificate was made by ``make_certificate``: nobody vouches for it."""
    return signer.signing_cert.self_issued and SELF_MADE in signer.signing_cert.subject.human_friendly


@lru_cache(maxsize=2)
def _signer(path: str, _changed: int) -> Any:
    from pyhanko.sign import signers

    passphrase = settings.PADES_PASSPHRASE.encode() or None
    signer = signers.SimpleSigner.load_pkcs12(path, passphrase=passphrase) if Path(path).exists() else None
    if signer is None:
        raise ImproperlyConfigured(f"PADES_P12 names {path}, which is missing or does not open with PADES_PASSPHRASE")
    return signer


def make_certificate(path: Path, office: str) -> bool:
    """Write a self-made certificate, marked as such, for a demo installation. Returns False where the file is already there."""
    if path.exists():
        return False
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, office[:60]), x509.NameAttribute(NameOID.COMMON_NAME, SELF_MADE)])
    usage = x509.KeyUsage(True, True, *[False] * 7)  # digital signature, content commitment
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    content = pkcs12.serialize_key_and_certificates(b"demo", key, certificate, None, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return True
