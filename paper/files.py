"""Files kept under the SHA-256 of their content: the name is the seal. Served as kept, never made twice."""

import hashlib
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone


class FileSpoiled(RuntimeError):
    """The bytes on disk are missing or no longer those of their name."""


class StoredFile(models.Model):
    """A file in the store. Its key is its hash, so whoever points to it has bound its content."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=80)
    kept_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.digest

    @property
    def path(self) -> Path:
        """Return where the bytes lie."""
        return Path(settings.FILES_DIR) / self.digest[:2] / self.digest

    @classmethod
    def keep(cls, content: bytes, content_type: str) -> "StoredFile":
        """Store ``content`` (whole or not at all: written aside, flushed, renamed) and return its row."""
        digest = hashlib.sha256(content).hexdigest()
        row = cls(digest=digest, size=len(content), content_type=content_type)
        if not row.path.exists() or hashlib.sha256(row.path.read_bytes()).hexdigest() != digest:
            row.path.parent.mkdir(parents=True, exist_ok=True)
            aside = row.path.with_name(f".{digest}.{secrets.token_hex(4)}")
            with open(aside, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.rename(row.path)
        return cls.objects.get_or_create(digest=digest, defaults={"size": row.size, "content_type": content_type})[0]

    def read(self) -> bytes:
        """Return the bytes, having checked them against their name."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            raise FileSpoiled(f"the file {self.digest} is missing in {settings.FILES_DIR}") from None
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise FileSpoiled(f"the file {self.digest} has been changed on disk")
        return content
