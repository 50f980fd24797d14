"""Receipts on the command line: begun, hardened, compared."""

from __future__ import annotations

import json
from pathlib import Path

from tests.scenario import Scene


def test_a_receipt_is_begun_and_hardened(scene: Scene, tmp_path: Path) -> None:
    """The first use says that it is the first; every later one adds a checkpoint."""
    place = tmp_path / "größe.receipt"
    first = scene.must("verify", "--receipt", str(place)).out
    assert "the receipt is new, and remembers what it was shown from now on" in first
    assert "no --receipt was given" not in first
    second = scene.must("verify", "--receipt", str(place)).out
    assert "that this is your inventory" not in second
    scene.approve("1.1.0", "tomas")
    scene.seal()
    scene.must("verify", "--receipt", str(place))
    kept = json.loads(place.read_bytes())
    assert [note.split("\n")[1] for note in kept["notes"]] == ["9", "11"]
    assert kept["vkey"] == (scene.root / "trust/log.vkey").read_text()


def test_receipts_are_compared(scene: Scene, tmp_path: Path) -> None:
    """In words and as data; both signed notes are printed where they contradict each other."""
    other = scene.copy(tmp_path / "other")
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    scene.must("verify", "--receipt", str(mine))
    same = scene.must("verify", str(mine), "--receipt", str(mine)).out
    assert "1 checkpoints are the same" in same
    scene.approve("1.1.0", "tomas")
    scene.seal()
    scene.must("verify", "--receipt", str(mine))
    other.approve("1.1.0", "noor")
    other.seal()
    other.must("verify", "--receipt", str(theirs))
    done = scene.cognify("verify", str(theirs), "--receipt", str(mine))
    assert done.code == 3
    assert done.out.count("\n— cognify.dev/log/") == 2
    told = scene.cognify("verify", str(theirs), "--receipt", str(mine), "--format", "json").json()
    assert (told["verdict"], len(told["proof"])) == ("fail", 2)


def test_a_receipt_is_held_against_one_s_own(scene: Scene, tmp_path: Path) -> None:
    """Alone it proves nothing: `usage`, exit 2."""
    place = tmp_path / "receipt"
    scene.must("verify", "--receipt", str(place))
    for more in ([], ["--receipt", str(tmp_path / "none")]):
        done = scene.cognify("verify", str(place), *more)
        assert (done.code, done.ids) == (2, {"usage"})
