"""Step 3 in process: what each says of a thing that is wrong, by id and exit code."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cognify import canonical
from cognify.git import Repository
from cognify.inventory import Version
from cognify.verification import Verification, open_as_of, open_repository, verify
from cognify.verification.log import VKEY
from cognify.verification.receipt import Receipt
from tests import attested, forge, scenario, witnesses
from tests.scenario import Scene
from tests.witnesses import Cosigner

WHO = Cosigner()


def judged(scene: Scene, **more: object) -> Verification:
    at = datetime.now(UTC) + timedelta(minutes=1)
    return verify(open_repository(Repository(scene.root)), **{"at": at, **more})  # type: ignore[arg-type]


def found(scene: Scene, **more: object) -> set[tuple[str, int]]:
    return {(f.id, f.exit) for f in judged(scene, **more).findings}


@pytest.fixture
def stamped(tmp_path: Path) -> Scene:
    return attested.copied(tmp_path)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Just begun, with one witness, whose line is there."""
    yield witnesses.inventory(tmp_path_factory.mktemp("w") / "home", f"witness w {WHO.vkey}\nquorum w\n")


@pytest.fixture
def watched(begun: Scene, tmp_path: Path) -> Scene:
    scene = begun.copy(tmp_path / "home")
    forge.put_log(scene, {"log/checkpoint": WHO.cosign(forge.log_file(scene, "log/checkpoint"))})
    return scene


def test_all_is_well(stamped: Scene, watched: Scene) -> None:
    """Nothing is found, and each says when its newest checkpoint existed."""
    for scene in (stamped, watched):
        result = judged(scene)
        assert (result.findings, result.exit_code) == ((), 0)
        assert result.log.checkpoint_time


def trust(scene: Scene, name: str, text: str) -> None:
    (scene.root / "trust" / name).write_text(text)
    scene.commit()


def certificates_gone(scene: Scene) -> None:
    trust(scene, "tsa/zeit.pem", "größe")


def stranger(scene: Scene) -> None:
    forge.put_log(scene, {"log/checkpoints/10.fremd.tsr": b"x"})


def token_of_more(scene: Scene) -> None:
    forge.put_log(scene, {"log/checkpoints/99.zeit.tsr": b"x"})


STAMPED: list[tuple[Callable[[Scene], None], str, int]] = [
    (certificates_gone, "tsa-certificates", 3), (stranger, "tsa-unknown", 3), (token_of_more, "rollback", 3),
]  # fmt: skip


@pytest.mark.parametrize(("crime", "id", "exit"), STAMPED)
def test_what_is_wrong_with_stamps(
    stamped: Scene, crime: Callable[[Scene], None], id: str, exit: int
) -> None:
    """Each by its own id."""
    crime(stamped)
    assert (id, exit) in found(stamped)


def test_an_unknown_authority_changes_no_verdict(stamped: Scene) -> None:
    """It is told as a note; it proves nothing."""
    stranger(stamped)
    assert judged(stamped).exit_code == 0


def policy_broken(scene: Scene) -> None:
    trust(scene, "witness.policy", "größe\n")


def policy_of_another_log(scene: Scene) -> None:
    other = "log.example+" + "0" * 8  # any other log's key, its hash made right by hand
    del other
    vkey = (scene.root / VKEY).read_text().split("+")
    from cognify.signing.note import parse_verifier

    key = replace(parse_verifier("+".join(vkey), where="x"), name="anderes.example")
    trust(scene, "witness.policy", f"log {key.text()}witness w {WHO.vkey}\nquorum w\n")


@pytest.mark.parametrize("crime", [policy_broken, policy_of_another_log])
def test_a_witness_policy_that_cannot_be_used(watched: Scene, crime: Callable[[Scene], None]) -> None:
    """`witness-policy`, exit 3; it is never taken for none."""
    crime(watched)
    assert ("witness-policy", 3) in found(watched)


def test_the_log_may_be_named(watched: Scene) -> None:
    """Its own line is no fault of the witness policy (that the policy binds other bytes, is)."""
    vkey = (watched.root / VKEY).read_text()
    trust(watched, "witness.policy", f"log {vkey}witness w {WHO.vkey}\nquorum w\n")
    assert "witness-policy" not in {id for id, _ in found(watched)}
    trust(watched, "witness.policy", "quorum none\n")
    assert {id for id, _ in found(watched)} == {"trust-changed"}


def test_the_newest_witnessed_time_may_be_an_older_checkpoint_s(tmp_path: Path) -> None:
    """While witnesses are down the quorum is missing; after the policy's age the log is stale."""
    scene = witnesses.inventory(
        tmp_path / "home", f"witness w {WHO.vkey}\nquorum w\n", "freshness: {{max_age_hours: 2}}\n"
    )
    assert found(scene) == {("witness-quorum-unmet", 4)}
    old = WHO.cosign(forge.log_file(scene, "log/checkpoint"), int(time.time()) - 3600)
    scene.must("seal", "--heartbeat")
    forge.put_log(scene, {"log/checkpoints/2.note": old})
    assert found(scene) == {("witness-quorum-unmet", 4)}
    later = datetime.now(UTC) + timedelta(hours=1, minutes=1)
    assert found(scene, at=later) == {("witness-quorum-unmet", 4), ("stale", 3)}


def test_fresh_time_from_nobody(tmp_path: Path) -> None:
    """A policy that demands it and names nobody who could tell is never satisfied."""
    scene = scenario.found(tmp_path / "home", policy=scenario.POLICY + "freshness: {{max_age_days: 1}}\n")
    assert found(scene) == {("freshness-unknown", 4)}


def receipt_of(scene: Scene, at: str) -> Receipt:
    result = judged(scene)
    assert result.note is not None
    vkey = (scene.root / VKEY).read_text()
    own = Receipt(result.settings.inventory, result.genesis, result.log.origin, vkey, ())
    return own.hardened(result.note, at)


def test_a_receipt_remembers_the_time(stamped: Scene) -> None:
    """What was seen later before is gone now; and a clock that was set back hides no age."""
    year = datetime.now(UTC).year
    assert found(stamped, receipt=receipt_of(stamped, f"{year}-01-01T00:00:00Z")) == set()
    later = found(stamped, receipt=receipt_of(stamped, f"{year + 1}-12-31T00:00:00Z"))
    assert later == {("rollback", 3), ("stale", 3)}


def test_a_new_receipt_is_said_to_be_new(stamped: Scene) -> None:
    """Trust on first use, in words; and nothing of options that were given."""
    told = judged(stamped, new_receipt=True).not_proven
    assert any("receipt is new, and remembers" in sentence for sentence in told)
    assert not any("no --genesis" in sentence for sentence in told)


def test_a_pending_policy_waives_nothing(stamped: Scene) -> None:
    """What is merged and not sequenced is not in force: its demands are not asked for, nor dropped."""
    first = (stamped.root / "policy/0001.yaml").read_text()
    digest = canonical.sha256(first.encode())
    text = first.replace("version: 1", f'version: 2\nprevious: {{sha256: "{digest}"}}', 1)
    (stamped.root / "policy/0002.yaml").write_text(
        text[: text.index("timestamps:")] + text[text.index("inventory:") :]
    )
    stamped.commit()
    forge.put_log(stamped, {}, drop=[f"log/checkpoints/{n}.zeit.tsr" for n in (2, 3, 7, 10)])
    assert ("timestamp-missing", 4) in found(stamped)


def test_what_an_earlier_state_rests_on(stamped: Scene) -> None:
    """A stamp proves that it existed by then; that nothing newer was there is the sequencer's word alone."""
    repository, known = Repository(stamped.root), judged(stamped)
    assert known.log.checkpoint_time is not None
    by = datetime.fromisoformat(known.log.checkpoint_time)
    source, then = open_as_of(repository, by)
    result = verify(source, at=by)
    assert (result.verdict, result.log.size) == ("pass", known.log.size)
    assert then.sentences(result)[1].startswith(
        f"That this state existed by {known.log.checkpoint_time} rests on"
    )
    record = result.record(Version(scenario.MODEL, "1.0.0"))
    assert (
        record is not None and record.sealed_by is not None and record.sealed_by <= known.log.checkpoint_time
    )
    early = replace(then, asked=by - timedelta(seconds=1))
    assert early.sentences(result)[1].startswith("The time rests on the sequencer's own clock alone")
