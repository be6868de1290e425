"""Pages speak Chinese first and English second: no sentence lacks its English."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    "accounts", "audit", "config", "delivery", "desk", "disclosure", "fees", "inspection", "oversight", "paper", "receipts", "templates",
)  # fmt: skip


def test_every_sentence_of_a_page_has_its_english(tmp_path):
    for name in (*SOURCES, "locale"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "migrations", "*.mo"))
    gathering = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-location", "--no-obsolete"]
    subprocess.run(gathering, cwd=tmp_path, check=True, capture_output=True)
    catalogue = tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"
    for lacking in ("--untranslated", "--only-fuzzy"):
        found = subprocess.run(["msgattrib", lacking, "--no-obsolete", "--no-wrap", catalogue], check=True, capture_output=True, text=True)
        said = [line for line in found.stdout.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
        assert not said, "make words, then write the English of these"
