from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from paper import faces


class Command(BaseCommand):
    """Cut the type faces of official papers out of the files found under FOLDER. Safe to repeat."""

    help = "cut the type faces out of the font files found under FOLDER into FONTS_DIR"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        for family, face in faces.FACES.items():
            target = faces.file_of(family)
            if target.exists():
                continue
            source = next(folder.rglob(face.file), None)
            if source is None:
                raise CommandError(f"{face.file} is not under {folder}")
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_suffix(".part")
            aside.write_bytes(faces.cut(source, face))
            aside.rename(target)
            self.stdout.write(f"cut {family}: {target.stat().st_size // 1024} kB")
