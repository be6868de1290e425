"""What lies in the repository fits any machine."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def texts():
    """The text of each committed file, by path."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if names.returncode:
        pytest.skip("not a checkout")
    found = {}
    for name in filter(None, names.stdout.split("\0")):
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return found


def test_no_file_names_a_package_host_or_a_path_of_one_machine(texts):
    hosts = ["pypi." + "org", "registry." + "npmjs", "files.pythonhosted" + ".org", "deb.debian" + ".org", "jsdelivr" + ".net"]
    paths = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"]
    told = [f"{name}: {word}" for name, text in texts.items() for word in hosts + paths if word in text]
    assert told == []


def pins(text):
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==(\S+)", text, re.M))


def test_the_lock_for_tests_holds_the_lock_for_running():
    run, dev = (pins((ROOT / name).read_text()) for name in ("requirements.lock", "requirements-dev.lock"))
    assert run
    assert run.items() <= dev.items()


def test_every_package_is_locked_with_hashes():
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert len(pins(text)) == len(re.findall(r"^\S+==\S+.*\\\n    --hash=sha256:", text, re.M))
