"""Each of the nine steps carries weight: without it, a crime goes unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cognify.git import Repository
from cognify.verification import open_repository, procedure, verify
from cognify.verification.examination import Examination
from tests.attacks.test_attacks import HERE, _module
from tests.scenario import Scene

CRIMES = {
    1: ("G03-attributes-change-bytes", "attr-forbidden"),
    2: ("H24-root-is-another", "root-mismatch"),
    3: ("H06-freshness-demanded", "freshness-unknown"),
    4: ("P17-signers-edited", "trust-changed"),
    5: ("H12-statement-without-leaf", "statement-not-logged"),
    6: ("H14-sealed-card-edited", "sealed-bytes-changed"),
    7: ("A13-key-of-nobody", "identity-not-a-person"),
    8: ("A03b-evidence-swapped-after-approval", "subject-digest-mismatch"),
    9: ("A15-sealed-without-approval", "quorum-unmet"),
}


def found(root: Path) -> set[str]:
    result = verify(open_repository(Repository(root)), at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    return {finding.id for finding in result.findings}


def blind(number: int) -> tuple[tuple[str, object], ...]:
    """The nine steps with step *number* looking away."""

    def nothing(x: Examination) -> None:
        del x

    return tuple(
        (title, nothing if at == number else step) for at, (title, step) in enumerate(procedure.STEPS, 1)
    )


@pytest.mark.parametrize("number", CRIMES)
def test_a_step_left_out_is_a_crime_unseen(
    number: int, sealed_scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crime is found by all nine steps, and not found by the other eight."""
    folder, id = CRIMES[number]
    scene = sealed_scene.copy(tmp_path / "home")
    arguments = _module(HERE / folder).crime(scene) or []
    root = Path(arguments[0]) if arguments else scene.root
    assert id in found(root)
    monkeypatch.setattr(procedure, "STEPS", blind(number))
    assert id not in found(root)


def test_every_step_has_a_crime() -> None:
    """No step is added without a crime that only it sees."""
    assert list(CRIMES) == list(range(1, len(procedure.STEPS) + 1))


def test_there_are_steps_that_never_add_a_pass(sealed_scene: Scene) -> None:
    """An honest inventory passes all nine, so the crimes above are what is found."""
    result = verify(open_repository(Repository(sealed_scene.root)), at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert [step.passed for step in result.steps] == [True] * 9
    assert result.exit_code == 0
