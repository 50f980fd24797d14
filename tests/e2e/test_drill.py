"""The drill: every crime is caught by the check that is there for it, and nothing is touched."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cognify import drill
from cognify.drill import running
from cognify.drill.place import Place
from cognify.drill.table import CRIMES, Crime
from cognify.errors import CognifyError
from cognify.signing import note
from tests import attested, scenario
from tests.scenario import MODEL, Scene


def now() -> datetime:
    return datetime.now(UTC)


def key(scene: Scene) -> note.LogSigner:
    return note.parse_signer((scene.root / ".git/cognify/log.key").read_text(), where="log.key")


def contents(root: Path) -> dict[str, tuple[str, int]]:
    """Every file with its digest and the time of its last change."""
    return {
        str(p.relative_to(root)): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
        for p in sorted(root.rglob("*")) if p.is_file()
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_every_crime_is_caught_as_what_it_is(scene: Scene, seed: int) -> None:
    """By one of the ids that the table names; only what asks for fresh time finds no target here."""
    before = contents(scene.root)
    done = drill.run(scene.root, seed=seed, at=now(), signer=key(scene))
    named = {o.name: o for o in done.crimes}
    for crime in CRIMES:
        outcome = named[crime.act.__name__.replace("_", "-")]
        if crime.step != 3:
            assert (outcome.result, set(outcome.ids) & set(crime.ids) != set()) == ("caught", True), outcome
    assert [o.name for o in done.crimes if o.skipped] == ["state-of-long-ago"]
    assert ({o.step for o in done.crimes}, done.exit_code) == (set(range(1, 10)), 0)
    assert contents(scene.root) == before


def test_there_are_enough_crimes_for_every_step() -> None:
    """Each has a sentence of its own, and each step at least one."""
    said = [crime.act.__doc__ or "" for crime in CRIMES]
    assert len(set(said)) == len(CRIMES) >= 15
    assert all(s.endswith(".") and "\n" not in s for s in said)
    assert {crime.step for crime in CRIMES} == set(range(1, 10))


def test_what_is_not_caught_is_said(scene: Scene) -> None:
    """A frozen state and a removed unsequenced statement pass, and the report does not hide it."""
    scene.must("approve", MODEL, "1.1.0", "--key", str(scene.key("tomas")), "--yes")
    scene.commit("waiting")
    done = drill.run(scene.root, seed=3, at=now())
    by_name = {o.name: o for o in done.beyond}
    assert by_name["unsequenced-removed"].result == "not caught"
    frozen = by_name["frozen-state"]
    assert frozen.result == "not caught" and "newest state" in frozen.not_proven[0]
    assert any("competent" in s for o in done.beyond for s in o.not_proven)


def test_the_command_line_says_the_same_twice(scene: Scene) -> None:
    """One seed, one drill; as text and as JSON."""
    before = contents(scene.root)
    first = scene.must("drill", "--seed", "11", "--format", "json").json()
    second = scene.must("drill", "--seed", "11", "--format", "json").json()
    text = scene.must("drill", "--seed", "11").out
    assert first == second
    assert [c["crime"] for c in first["crimes"] if c["result"] == "missed"] == []
    assert (first["verdict"], first["seed"]) == ("pass", 11)
    for crime in first["crimes"]:
        assert crime["what"] in text
    assert "32 crimes caught, 0 missed, 1 skipped" in text
    assert contents(scene.root) == before


def test_without_the_logs_key_it_does_less_and_says_so(scene: Scene) -> None:
    """Nothing is guessed: the crimes of whoever holds the key are skipped."""
    (scene.root / ".git/cognify/log.key").unlink()
    done = scene.must("drill", "--seed", "5", "--format", "json").json()
    skipped = {c["crime"]: c["why_skipped"] for c in done["crimes"] if c["result"] == "skipped"}
    held = {"log-rewritten", "log-truncated", "log-forked", "sealed-without-quorum"}
    assert {name for name, why in skipped.items() if "log's key" in why} == held


def test_an_inventory_that_was_just_begun(tmp_path: Path) -> None:
    """There is little to attack, which is said; the rest is caught."""
    scene = scenario.found(tmp_path / "home")
    done = drill.run(scene.root, seed=1, at=now(), signer=key(scene))
    why = {o.skipped for o in done.crimes}
    assert {"no version is sealed", "the log was sealed once only"} <= why
    assert (done.missed, done.exit_code) == ((), 0)


def test_a_crime_that_nothing_catches_fails_the_drill(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 3: a control that does not fire is what the drill is for."""

    def nothing_at_all(at: Place) -> None:
        """Nothing is done, and nothing will be found."""

    monkeypatch.setattr(running, "CRIMES", (Crime(nothing_at_all, 6, ("sealed-bytes-changed",)),))
    done = drill.run(scene.root, seed=1, at=now())
    assert ([o.result for o in done.crimes], done.exit_code) == (["missed"], 3)


def test_an_inventory_that_fails_fails_the_drill(scene: Scene) -> None:
    """What was wrong before is not counted as caught, and is not passed over."""
    (scene.root / "trust/more.pem").write_text("größe\n")
    scene.commit()
    done = drill.run(scene.root, seed=1, at=now(), signer=key(scene))
    assert (done.known.verdict, done.exit_code) == ("fail", 3)
    assert all("trust-unbound" not in o.ids for o in done.crimes if o.name != "trust-file-smuggled")


def test_no_log_no_drill(scene: Scene) -> None:
    """`drill-impossible`, exit 4."""
    scene.git("branch", "-D", "cognify-log")
    done = scene.cognify("drill")
    assert (done.code, done.ids) == (4, {"drill-impossible"})
    with pytest.raises(CognifyError):
        drill.run(scene.home, seed=1, at=now())


def test_a_clone_that_is_behind_is_drilled_as_verify_judges_it(scene: Scene, tmp_path: Path) -> None:
    """What origin is ahead by is part of the copy, from a bare clone as well."""
    bare = tmp_path / "größe.git"
    scene.git("clone", "--quiet", "--bare", str(scene.root), str(bare), cwd=tmp_path)
    done = drill.run(bare, seed=1, at=now())
    assert (done.known.verdict, done.missed) == ("pass", ())


def test_a_state_of_long_ago_is_stale(tmp_path: Path) -> None:
    """Where the policy asks for fresh time, step 3 has its crime, too; nothing is skipped."""
    scene = attested.copied(tmp_path)
    done = drill.run(scene.root, seed=1, at=now(), signer=key(scene))
    named = {o.name: o for o in done.crimes}
    assert named["state-of-long-ago"].ids == ("stale",)
    assert {o.result for o in done.crimes} == {"caught"}
