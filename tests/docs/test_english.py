"""Pages speak Chinese first and English second: no sentence lacks its English."""

import shutil
import subprocess
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "accounts", "audit", "config", "delivery", "desk", "disclosure", "fees", "inspection", "oversight", "paper", "receipts", "templates",
)  # fmt: skip


def test_every_sentence_of_a_page_has_its_english(tmp_path, monkeypatch, settings):
    for name in (*SOURCES, "locale"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "migrations", "*.mo"))
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("makemessages", locale=["en"], no_location=True, no_obsolete=True, verbosity=0)
    catalogue = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    for lacking in ("--untranslated", "--only-fuzzy"):
        found = subprocess.run(["msgattrib", lacking, "--no-obsolete", "--no-wrap", catalogue], check=True, capture_output=True, text=True)
        said = [line for line in found.stdout.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
        assert not said, "make words, then write the English of these"
