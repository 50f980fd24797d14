"""A foreign witness (C2SP tlog-witness) beside a real log: what it signs, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import forge, witnesses
from tests.scenario import Scene
from tests.witnesses import Foreign

RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Scene, Foreign]]:
    """An inventory whose log one witness must cosign, and that witness, running."""
    foreign = Foreign(tmp_path / "witness")
    lines = f"witness w1 {foreign.vkey} {foreign.url}\nquorum w1\n"
    scene = witnesses.inventory(tmp_path / "home", lines, "freshness: {{max_age_hours: 36}}\n")
    foreign.knows(scene)
    with foreign.serving():
        scene.seal()
        scene.write_version("1.0.0", record=RECORD)
        scene.commit("capture 1.0.0")
        scene.propose("1.0.0")
        scene.approve("1.0.0", "ines", "--role", "model-risk")
        scene.seal()
        yield scene, foreign


def test_it_cosigns_what_grows(watched: tuple[Scene, Foreign], tmp_path: Path) -> None:
    """Every checkpoint carries its line, and the newest time is the witness's."""
    scene, _ = watched
    scene.approve("1.0.0", "tomas")
    assert "cosigned   zeuge.example/w1" in scene.seal().out
    done = scene.verify("--receipt", str(tmp_path / "receipt"))
    assert done.code == 0, done.out
    told = done.json()
    assert told["log"]["checkpoint_time"]
    assert not [s for s in told["not_proven"] if "nobody was shown another log" in s]
    assert any("witnesses' clocks" in s for s in told["not_proven"])


def test_its_memory_counts_not_ours(watched: tuple[Scene, Foreign]) -> None:
    """Where our copy of its line was lost, it says what it remembers, and is asked from there."""
    scene, _ = watched
    for size in (2, 5):
        bare = forge.log_file(scene, f"log/checkpoints/{size}.note").split(b"\xe2\x80\x94 zeuge")[0]
        forge.put_log(scene, {f"log/checkpoints/{size}.note": bare, "log/checkpoint": bare})
    assert scene.verify().code == 4
    scene.approve("1.0.0", "tomas")
    assert "cosigned   zeuge.example/w1" in scene.seal().out
    assert scene.verify().code == 0


def test_it_refuses_a_rewritten_log(watched: tuple[Scene, Foreign], tmp_path: Path) -> None:
    """The holder of the log key rewrites an old entry and signs anew: 422, and a receipt tells."""
    scene, _ = watched
    receipt = str(tmp_path / "receipt")
    assert scene.verify("--receipt", receipt).code == 0
    entries = forge.leaves(scene)
    entries[1] = {**entries[1], "size": entries[1]["size"] + 1}
    forge.rewrite_log(scene, entries)
    assert scene.verify("--receipt", receipt).ids >= {"equivocation"}
    # The rewriter's own verifier is silenced: only the witness stands in the way.
    assert attested_by_force(scene) == 422


def test_it_refuses_a_fork(watched: tuple[Scene, Foreign], tmp_path: Path) -> None:
    """Two logs grow from one beginning: the second one is refused, and sealing says so."""
    scene, _ = watched
    other = scene.copy(tmp_path / "other")
    receipt = str(tmp_path / "receipt")
    scene.approve("1.0.0", "tomas")
    scene.seal()
    assert scene.verify("--receipt", receipt).code == 0
    other.approve("1.0.0", "noor")
    done = other.cognify("seal")
    assert (done.code, done.ids) == (3, {"witness-refused"})
    assert other.verify().code == 4
    assert other.verify("--receipt", receipt).ids >= {"equivocation"}


def test_it_refuses_a_log_that_was_set_back(watched: tuple[Scene, Foreign], tmp_path: Path) -> None:
    """An older state, however genuine, is not signed again: 409 with the size that it has seen."""
    scene, _ = watched
    receipt = str(tmp_path / "receipt")
    old = scene.git("rev-parse", forge.LOG)
    scene.approve("1.0.0", "tomas")
    scene.seal()
    assert scene.verify("--receipt", receipt).code == 0
    scene.git("update-ref", f"refs/heads/{forge.LOG}", old)
    assert scene.verify("--receipt", receipt).ids >= {"rollback"}
    scene.git("update-ref", "refs/heads/main", "main~1")
    done = scene.cognify("seal", "--heartbeat")
    assert (done.code, done.ids) == (3, {"witness-refused"})
    assert "it has seen 7 leaves; 6 are here" in done.err


def test_one_that_is_down_stops_nothing(tmp_path: Path) -> None:
    """Sealing goes on, the verdict waits for it, and the next run asks again."""
    foreign = Foreign(tmp_path / "witness")
    lines = f"witness w1 {foreign.vkey} {foreign.url}\nquorum w1\n"
    scene = witnesses.inventory(tmp_path / "home", lines)
    assert "warning: witness zeuge.example/w1: [unreachable]" in scene.seal().err
    assert (scene.verify().code, scene.verify().ids) == (4, {"witness-quorum-unmet"})
    with foreign.serving():
        assert "it does not know the log" in scene.seal().err
    foreign.knows(scene)
    with foreign.serving():
        assert "cosigned   zeuge.example/w1" in scene.seal().out
    assert scene.verify().code == 0


def attested_by_force(scene: Scene) -> int:
    """What the witness answers to the log as it stands, asked by hand."""
    import urllib.error
    import urllib.request

    note = forge.log_file(scene, "log/checkpoint")
    size = int(note.splitlines()[1])
    line = next(x for x in (scene.root / "trust/witness.policy").read_text().splitlines() if "http" in x)
    body = f"old {size}\n\n".encode() + note
    try:
        urllib.request.urlopen(f"{line.split()[-1]}/add-checkpoint", data=body, timeout=5).close()
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    return 200
