"""`cognify status`: the inventory as a table, as data, as a file; and as it was."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cognify import verification
from cognify.cli import moment
from cognify.errors import ConfigurationError
from tests import registered, scenario, watched, weights
from tests.scenario import MODEL, Scene


@pytest.fixture(scope="module")
def kept() -> Scene:
    """The shared scene, which no test here changes."""
    return registered.built()


def test_the_table(kept: Scene) -> None:
    """Readable at 100 columns; below it what needs somebody, with a command to paste."""
    done = kept.must("status")
    table = done.out.split("\n\n")[0].splitlines()
    assert [line.split()[:4] for line in table[1:]] == [
        [MODEL, "1.0.0", "sealed", "low"], [MODEL, "1.1.0", "sealed", "low"], [MODEL, "2.0.0", "draft", "low"],
    ]  # fmt: skip
    assert max(map(len, table)) <= 100
    assert "  credit-memo 1.0.0: monitoring-breach, since 2026-10-28\n" in done.out
    assert "    $ cognify monitor credit-memo 1.0.0 SOURCE --from 2026-10-29 --to 2026-11-28\n" in done.out
    assert "verdict pass" in done.out and "compliant" not in done.out


def test_only_what_needs_attention(kept: Scene) -> None:
    """Within the window that is asked for; a reason that has no day stays."""
    assert f"{MODEL}              2.0.0" not in kept.must("status", "--attention").out
    near = kept.must("status", "--attention", "--soon", "0", "--format", "json").json()
    assert near["soon_days"] == 0
    assert {one["reason"] for record in near["records"] for one in record["attention"]} == {
        "monitoring-breach", "agreement-ended", "finding-overdue", "monitoring-overdue", "cadence-unreadable",
    }  # fmt: skip


def test_the_object(kept: Scene) -> None:
    """The head, and of each record what `verify` says and more."""
    told, verified = kept.must("status", "--format", "json").json(), kept.verify().json()
    assert {"inventory", "as_of", "verdict", "log", "records"} <= set(told)
    assert told["as_of"] == "2026-12-15T12:00:00Z"
    assert told["rests_on"] == ["As of 2026-12-15T12:00:00Z, the clock of whoever made it."]
    assert (told["verdict"], told["log"]) == (verified["verdict"], verified["log"])
    for mine, theirs in zip(told["records"], verified["records"], strict=True):
        assert {key: mine[key] for key in theirs} == theirs
    assert [(e["kind"], e["expires"]) for e in told["exceptions"]] == [
        ("granted", "2026-12-24"), ("on the card", "2026-12-20"), ("condition", "2026-12-31"), ("on the card", "2026-12-20"),
    ]  # fmt: skip
    assert told["shared"][0] == {"kind": "data set", "name": "memos", "digest": registered.DATA,
                                 "used_by": [f"{MODEL} 1.0.0", f"{MODEL} 1.1.0"]}  # fmt: skip


def test_csv(kept: Scene, tmp_path: Path) -> None:
    """Printed and written it is the same, and the hostile draft's formula is text."""
    printed = kept.must("status", "--format", "csv").out
    file = tmp_path / "größe.csv"
    assert kept.must("status", "-o", str(file)).out == f"{file}\n"
    assert file.read_text() == printed
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [one["Version"] for one in rows] == ["1.0.0", "1.1.0", "2.0.0"]
    assert rows[2]["Description"] == f"'{registered.FORMULA}"
    assert all(value for one in rows for value in one.values())


def workbook(file: Path) -> Any:
    return openpyxl.load_workbook(file)


def test_xlsx(kept: Scene, tmp_path: Path) -> None:
    """Real tables under a frozen head, a sheet that says what it is, citations as comments, no formula."""
    file = tmp_path / "inventory.xlsx"
    kept.must("status", "-o", str(file))
    book = workbook(file)
    assert book.sheetnames == ["Inventory", "Attention", "Exceptions", "Shared", "Columns", "About"]
    sheet = book["Inventory"]
    assert (sheet.freeze_panes, [t.ref for t in sheet.tables.values()]) == ("C2", [sheet.dimensions])
    assert {cell.data_type for page in book for line in page.iter_rows() for cell in line} == {"s"}
    titles = [cell.value for cell in sheet[1]]
    cell = sheet[2][titles.index("Base revision")]
    assert cell.value == "r7" and "evidence/data.json" in cell.comment.text
    assert sheet[2][titles.index("Owner")].comment is None
    assert sheet[4][titles.index("Description")].value == f"'{registered.FORMULA}"
    about = {(key, value) for key, value in book["About"].iter_rows(min_row=2, values_only=True)}
    verified = kept.verify().json()
    assert {("Inventory id", verified["inventory"]), ("Log root", f"base64 {verified['log']['root']}"), ("Verdict", "pass"),
            ("Log size", "15"), ("Commit", kept.git("rev-parse", "HEAD"))} <= about  # fmt: skip
    assert {("Not proven", sentence) for sentence in verified["not_proven"]} <= about
    assert book["Attention"].max_row == 15


def test_xlsx_is_the_same_when_made_again(kept: Scene, tmp_path: Path) -> None:
    """As of a time, byte for byte, at whatever time of day it is made."""
    made = []
    for clock in ("1798804800", "1799999999"):
        file = tmp_path / f"{clock}.xlsx"
        kept.must("status", "--as-of", "2026-10-31", "-o", str(file), SOURCE_DATE_EPOCH=clock)
        made.append(file.read_bytes())
    assert made[0] == made[1]


def test_xlsx_without_its_library(kept: Scene, tmp_path: Path) -> None:
    """It says what to install, and writes nothing."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "xlsxwriter.py").write_text("raise ImportError\n")
    done = kept.cognify("status", "-o", str(tmp_path / "x.xlsx"), PYTHONPATH=str(hidden))
    assert (done.code, done.ids) == (4, {"xlsxwriter-missing"})
    assert "pip install 'cognify-audit[export]'" in done.err and not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize("arguments", [
    ("-o", "x.ods"), ("-o", "x.csv", "--format", "json"), ("--as-of", "yesterday"), ("--as-of", "2026-02-30"),
    ("--as-of", "2026-10-31T12:00:00"), ("--as-of", "0001-01-01T00:00:00+14:00"),
])  # fmt: skip
def test_what_cannot_be_asked(kept: Scene, arguments: tuple[str, ...]) -> None:
    done = kept.cognify("status", *arguments)
    assert (done.code, done.ids, done.out) == (2, {"usage"}, "")


def test_the_blast_radius(kept: Scene, tmp_path: Path) -> None:
    """Who uses it, at which place, and through which version; as text, data and file."""
    text = kept.must("status", "--uses", "b" * 64).out
    assert text.startswith("2 of 3 versions use ")
    assert f"at models/{MODEL}/1.1.0/card.yaml#/model/base/digest, through {MODEL} 1.0.0\n" in text
    told = kept.must("status", "--uses", "memos", "--format", "json").json()
    assert [(r["version"], r["state"], r["uses"][0]["where"]) for r in told["records"]] == [
        (version, "sealed", f"models/{MODEL}/{version}/card.yaml#/data/datasets/0/id") for version in ("1.0.0", "1.1.0")
    ]  # fmt: skip
    assert told["not_looked_into"] == [] and told["verdict"] == "pass"
    kept.must("status", "--uses", "dua-7", "-o", str(tmp_path / "u.xlsx"))
    assert workbook(tmp_path / "u.xlsx").sheetnames == ["Uses", "About"]


def test_a_solo_inventory_says_so(tmp_path: Path) -> None:
    """In the table, in the rows and in the workbook: nobody takes it for independent."""
    scene = scenario.found(tmp_path / "home", policy=weights.SOLO)
    scene.write_version("1.0.0", record=watched.RECORD % 1)
    scene.commit("capture 1.0.0")
    text = scene.must("status").out
    assert "solo profile: one person approves their own work; nothing here is independent\n" in text
    assert '"self: one person approves their own work"' in scene.must("status", "--format", "csv").out


# ---- as it was ----


@pytest.mark.parametrize(("asked", "versions", "size"), [
    ("2026-09-02T09:00:00Z", ["1.0.0"], 7),
    ("2026-10-04", ["1.0.0"], 7),
    ("2026-10-05", ["1.0.0", "1.1.0"], 11),
    ("2026-10-05T08:59:59Z", ["1.0.0"], 7),
    ("2026-10-05T11:00:00+02:00", ["1.0.0", "1.1.0"], 11),
    ("2026-12-15", ["1.0.0", "1.1.0"], 15),
    ("2026-09-01T09:00:00Z", [], 2),
])  # fmt: skip
def test_as_of_the_newest_run_by_then(
    kept: Scene, monkeypatch: pytest.MonkeyPatch, asked: str, versions: list[str], size: int
) -> None:
    """A day means its end in UTC; what came later is not there, and what it rests on is said."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", kept.environment["SOURCE_DATE_EPOCH"])
    source, at, then = moment.opened(kept.root, asked)
    result = verification.verify(source, at=at)
    assert [record.version.version for record in result.records] == versions
    assert (result.verdict, result.log.size) == ("pass", size)
    assert then is not None
    assert then.sentences(result)[1].startswith("The time rests on the sequencer's own clock alone")


def test_attention_is_that_of_then(kept: Scene) -> None:
    """What ended since had not ended; the amendment and the breach were still to come."""
    told = kept.must("status", "--as-of", "2026-10-31", "--format", "json").json()
    (first, _) = told["records"]
    assert [one["reason"] for one in first["attention"]] == [
        "monitoring-overdue", "cadence-unreadable", "finding-due",
    ]  # fmt: skip
    assert first["next_review"].startswith("2026-12-31")


@pytest.mark.parametrize(("asked", "id", "exit"), [
    ("2026-09-01T08:59:59Z", "as-of-before-log", 2), ("2020-01-01", "as-of-before-log", 2),
    ("2026-12-16", "as-of-in-future", 2), ("2026-12-15T12:00:01Z", "as-of-in-future", 2),
])  # fmt: skip
def test_a_time_that_has_no_state(
    kept: Scene, monkeypatch: pytest.MonkeyPatch, asked: str, id: str, exit: int
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", kept.environment["SOURCE_DATE_EPOCH"])
    with pytest.raises(ConfigurationError) as caught:
        moment.opened(kept.root, asked)
    assert (caught.value.fault, caught.value.exit_code) == (id, exit)


def test_the_command_refuses_it(kept: Scene) -> None:
    done = kept.cognify("status", "--as-of", "2020-01-01")
    assert (done.code, done.ids, done.out) == (2, {"as-of-before-log"}, "")


def test_a_log_whose_history_was_replaced(tmp_path: Path) -> None:
    """One commit that holds it all cannot show an earlier state."""
    scene = registered.copied(tmp_path)
    tree = scene.git("rev-parse", "cognify-log^{tree}")
    scene.git("update-ref", "refs/heads/cognify-log", scene.git("commit-tree", tree, "-m", "all at once"))
    done = scene.cognify("status", "--as-of", "2026-10-04")
    assert (done.code, done.ids) == (4, {"as-of-missing"})
    scene.git("update-ref", "-d", "refs/heads/cognify-log")
    gone = scene.cognify("status", "--as-of", "2026-10-04")
    assert (gone.code, gone.ids) == (4, {"log-missing"})


def test_a_branch_whose_past_was_replaced(tmp_path: Path) -> None:
    """What a seal was made at is not the branch's past any more: an old state is not shown as if it were."""
    scene = registered.copied(tmp_path)
    tree = scene.git("rev-parse", "HEAD^{tree}")
    scene.git("reset", "--quiet", "--soft", scene.git("commit-tree", tree, "-m", "one commit"))
    done = scene.cognify("status", "--as-of", "2026-10-04")
    assert (done.code, done.ids) == (3, {"first-parent-break"})


def test_what_was_wrong_then_is_wrong_as_of_then(tmp_path: Path) -> None:
    """A log that was cut below what its checkpoint signs fails as of then, too; the table is shown all the same."""
    scene = registered.copied(tmp_path)
    notes = scene.git("log", "--format=%H", "cognify-log").splitlines()
    assert len(notes) > 4
    changed = scene.home / "work"
    scene.git("worktree", "add", "--quiet", str(changed), "cognify-log")
    for name in ("checkpoint", "checkpoints/15.note"):
        note = changed / "log" / name
        note.write_text(note.read_text().replace("\n15\n", "\n14\n"))
    scene.git("commit", "--quiet", "-am", "another size", cwd=changed)
    done = scene.cognify("status", "--as-of", "2026-12-15")
    assert done.code == 3 and "nothing above is confirmed" in done.out
    shutil.rmtree(changed)


def test_a_tag_of_later_says_nothing_of_then(tmp_path: Path) -> None:
    """Refs keep no history: they are not judged as of then, and that is said."""
    scene = registered.copied(tmp_path)
    scene.git("tag", f"{MODEL}-1.0.0", scene.git("rev-list", "--max-parents=0", "HEAD"))
    assert scene.verify().ids == {"tag-not-logged"}
    told = scene.must("status", "--as-of", "2026-10-31", "--format", "json").json()
    assert any("tags and branches" in sentence for sentence in told["not_proven"])
