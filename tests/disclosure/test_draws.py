"""Draws before the public: promised before, closed until the last visit, then repeated by anybody from the download alone."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit.ledger.canonical import canonical
from inspection.drawing import first_difference, record_of
from inspection.models import Draw
from tests import make
from tests.make_draw import drawn, finish, frozen, pool_of, prepared, visit_line
from tests.turns import PROVE

ROOT = Path(__file__).resolve().parents[2]


def download(client, draw):
    answer = client.get(f"/public/draws/{draw.uid}.json")
    assert answer.status_code == 200
    return answer.content


@pytest.fixture
def opened(desk):
    """A draw of which one line was visited, the others let go."""
    pool_of(desk, 12)
    draw = drawn(desk)
    assert finish(desk, draw) == 1
    draw.refresh_from_db()
    return draw


@pytest.fixture
def file(opened, client, tmp_path):
    """The public record as downloaded without signing in."""
    path = tmp_path / "record.json"
    path.write_bytes(download(client, opened))
    return path


def run(*arguments):
    """Run a program where no database answers."""
    nowhere = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([sys.executable, *map(str, arguments)], cwd=ROOT, env=nowhere, capture_output=True, text=True, check=False)


def test_the_download_alone_repeats_the_draw_without_a_database(file, opened):
    said = run("manage.py", "redraw", file)
    assert (said.returncode, said.stderr) == (0, "")
    assert "重抽结果相同" in said.stdout
    assert opened.commitment in said.stdout
    assert opened.record_digest in said.stdout


def test_the_program_of_the_page_repeats_it_too(file, tmp_path):
    page = (ROOT / "docs" / "draw-method.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len([line for line in program.splitlines() if line.strip()]) <= 20
    outsider = tmp_path / "outsider.py"
    outsider.write_text(program, encoding="utf-8")
    assert run("-I", outsider, file).stdout.startswith("the same result")
    record = json.loads(file.read_bytes())
    record["drawn"][0]["officers"].reverse()
    file.write_bytes(canonical(record))
    assert run("-I", outsider, file).returncode == 1


def test_any_byte_changed_is_noticed(file):
    data = file.read_bytes()
    assert first_difference(data) is None
    step = 1 if PROVE else 5
    for place in range(0, len(data), step):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert first_difference(changed), f"byte {place}: {data[place - 20 : place + 20]}"
    for other in (data + b"\n", data[:-1], data[1:], b"", b"null", b"[]", b"{}", b"[" * 100_000, data.replace(b'":', b'": ', 1)):
        assert first_difference(other)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r["frozen"]["enterprises"].pop(), "承诺值不符"),
        (lambda r: r.update(nonce="00" * 32), "承诺值不符"),
        (lambda r: r["inputs"][0].update(said="another-secret-of-mine"), "暗语不符"),
        (lambda r: r.update(seed="00" * 32), "种子不符"),
        (lambda r: r["drawn"].pop(), "结果不符"),
        (lambda r: r["drawn"][0].update(enterprise=r["drawn"][1]["enterprise"]), "结果不符：第 1 家"),
        (lambda r: r["drawn"][1]["officers"].reverse(), "第 2 家的检查人员"),
        (lambda r: r.update(drawn_at="2026-01-01T00:00:00.000000Z"), "记录摘要不符"),
        (lambda r: r.update(extra=1), "记录摘要不符"),
        (lambda r: r.pop("seed"), "不是完整的抽取记录"),
        (lambda r: r.update(format="other/1"), "不是已公开的抽取记录"),
        (lambda r: r["frozen"]["draw"].update(enterprises=1.5), "不是完整的抽取记录"),
    ],
)
def test_the_command_names_the_first_difference(file, change, said):
    record = json.loads(file.read_bytes())
    change(record)
    file.write_text(json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")
    with pytest.raises(CommandError, match=said) as refusal:
        call_command("redraw", str(file))
    assert refusal.value.returncode == 1


def test_a_record_forged_as_a_whole_says_so_where_the_rules_were_broken(file):
    """Whoever writes a whole record anew can make its digests fit; the promise published before gives it away, and so do these."""
    honest = json.loads(file.read_bytes())
    frozen, inputs = honest["frozen"], honest["inputs"]
    twice = {**frozen, "enterprises": [*frozen["enterprises"], frozen["enterprises"][0]]}
    fewer = {**frozen, "draw": {**frozen["draw"], "enterprises": 1}}
    late = {**frozen, "seed": {**frozen["seed"], "way": "LOTTERY", "lottery": {"name": "x", "issue": "1", "on": frozen["frozen_on"]}}}
    typed = [{**one, "digest": "", "said": "01 02 03"} for one in inputs]
    for pool, given, said in ((twice, inputs, "重复"), (fewer, inputs, "抽取数量不符"), (late, typed, "开奖日期不晚于")):
        forged = canonical(record_of(pool, honest["nonce"], given, honest["drawn_at"]))
        assert said in first_difference(forged)


def test_a_missing_file_is_said_in_words(tmp_path):
    said = run("manage.py", "redraw", tmp_path / "none.json")
    assert said.returncode == 1
    assert "读不到文件" in said.stderr
    assert "Traceback" not in said.stderr


# --- before the opening -------------------------------------------------------------------------------------
def betrayals(desk, draw):
    """Return all that would betray a draw before its visits: names and numbers of its pool, people, secrets."""
    pool = json.loads(draw.pool.text)
    words = {row["name"] for row in pool["enterprises"]} | {row["enterprise"] for row in pool["enterprises"]}
    words |= {row["establishment"] for row in pool["enterprises"]} | {row["name"] for row in pool["officers"]}
    words |= {draw.pool.nonce} | {row.said for row in draw.parts.all() if row.said}
    if hasattr(draw, "record"):
        words.add(json.loads(draw.record.text)["seed"])
    return words


def test_nothing_public_betrays_who_was_drawn_before_the_last_visit(desk, client):
    pool_of(desk, 20)
    draw = drawn(desk)
    places = ("/public/draws/", f"/public/draws/{draw.uid}/", f"/public/draws/{draw.uid}.json")
    before = [client.get(place).content.decode() for place in places]
    assert draw.commitment in before[1]
    assert draw.commitment in before[2]
    assert [word for word in betrayals(desk, draw) for text in before if word in text] == []
    visit_line(desk, draw.lines.first())
    draw.lines.all()[1].drop(by=desk.head, note="停业")
    assert Draw.open_due(by=make.system()) == 0
    assert [client.get(place).content.decode() for place in places] == before, "not even that a visit has taken place"
    draw.lines.all()[2].drop(by=desk.head, note="停业")
    assert Draw.open_due(by=make.system()) == 1
    after = client.get(places[1]).content.decode()
    assert all(line.name in after for line in draw.lines.all())
    assert "停业" in after


def test_one_unit_never_sees_the_other_s_secret_before_the_lot_falls(desk, client, signed_in):
    from tests.make_draw import SECRETS, sealed

    draw = sealed(desk)
    draw.reveal(by=desk.clerk, secret=SECRETS["A"])
    for user in (desk.reviewer, desk.clerk, desk.auditor):
        assert SECRETS["A"] not in signed_in(user).get(f"/draws/{draw.uid}/").content.decode()
        assert SECRETS["A"] not in client.get(f"/public/draws/{draw.uid}/").content.decode()


def test_the_record_before_the_opening_can_not_be_redrawn_and_says_so(desk, client, tmp_path):
    draw = drawn(desk)
    path = tmp_path / "promise.json"
    path.write_bytes(download(client, draw))
    with pytest.raises(CommandError, match="不是已公开的抽取记录"):
        call_command("redraw", str(path))
    assert json.loads(path.read_bytes())["record_digest"] == draw.record_digest


def test_pools_thrown_away_are_listed_with_their_reason_and_prepared_ones_are_not(desk, client):
    thrown = frozen(desk)
    thrown.drop(by=desk.head, note="漏了一个乡镇")
    prepared(desk, title="还没冻结的")
    again = frozen(desk)
    text = client.get("/public/draws/").content.decode()
    assert "还没冻结的" not in text
    assert "第 2 次冻结" in text
    page = client.get(f"/public/draws/{again.uid}/").content.decode()
    assert "漏了一个乡镇" in page
    hidden = Draw.objects.get(title="还没冻结的")
    assert client.get(f"/public/draws/{hidden.uid}/").status_code == 404
    assert client.get(f"/public/draws/{hidden.uid}.json").status_code == 404


def test_a_pool_thrown_away_can_be_read_after_all(desk, client):
    draw = frozen(desk)
    draw.drop(by=desk.head, note="不再抽查")
    Draw.open_due(by=make.system())
    said = json.loads(download(client, draw))
    assert said["frozen"]["title"] == draw.title
    from inspection.drawing import commitment_of

    assert commitment_of(said["nonce"], said["frozen"]) == draw.commitment
    assert client.get(f"/public/draws/{draw.uid}/").status_code == 200
