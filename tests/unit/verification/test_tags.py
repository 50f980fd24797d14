"""Tags that are called after a version: what they show is what was sealed, or it is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cognify.git import Repository
from cognify.records.finding import Severity
from cognify.verification import open_repository, verify
from tests.scenario import MODEL, Scene

TAG = f"{MODEL}/1.0.0"


def said(scene: Scene) -> list[tuple[str, str, Severity]]:
    judged = verify(open_repository(Repository(scene.root)), at=datetime.now(UTC))
    return [(f.where, f.what, f.severity) for f in judged.findings if f.id == "tag-not-logged"]


def test_a_tag_where_the_version_lay_before_it_was_sealed(scene: Scene) -> None:
    """Only the bytes count, not the commit: the proposal's own commit holds them already."""
    proposed = scene.git("log", "--format=%H", "--grep", "^propose 1.0.0$")
    scene.git("tag", TAG, proposed)
    assert said(scene) == []


def test_a_tag_of_what_is_not_sealed_is_a_note(scene: Scene) -> None:
    """It contradicts nothing yet; whoever deploys by tags should know."""
    scene.git("tag", f"{MODEL}-1.1.0")
    ((where, what, severity),) = said(scene)
    assert where == f"refs/tags/{MODEL}-1.1.0"
    assert "which is not sealed" in what
    assert severity is Severity.NOTE


def test_a_tag_that_stops_no_seal(scene: Scene) -> None:
    scene.git("tag", TAG, scene.git("rev-list", "--max-parents=0", "main"))
    assert [severity for _, _, severity in said(scene)] == [Severity.ERROR]
    scene.approve("1.1.0", "tomas")
    assert "sealed" in scene.seal().out


def test_a_name_that_fits_two_versions(scene: Scene) -> None:
    """`credit-memo-1.0.0` may be called after either; it shows the one that is sealed."""
    other = scene.root / "models/credit/memo-1.0.0"
    other.mkdir(parents=True)
    (other / "card.yaml").write_text("größe: 1\n")
    scene.commit()
    scene.git("tag", f"{MODEL}-1.0.0")
    assert said(scene) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("manifest", "shows another manifest"), ("file", "shows another card.yaml"),
        ("added", "shows evidence/größe.json, which was not sealed"),
        ("removed", "does not show evidence/results.json"), ("mode", "shows another card.yaml"),
        ("gone", "shows another manifest"), ("blob", "leads to no commit"), ("damaged", "cannot be read"),
    ],
)  # fmt: skip
def test_how_it_differs(scene: Scene, change: str, told: str) -> None:
    """Each way is told in words."""
    folder, target = scene.path("1.0.0"), ""
    card = folder / "card.yaml"
    scene.git("switch", "--quiet", "--create", "side")
    if change == "manifest":
        (folder / "MANIFEST.sha256").write_text("0" * 64 + "  card.yaml\n")
    elif change == "file":
        card.write_text("größe: 1\n")
    elif change == "added":
        (folder / "evidence/größe.json").write_text("{}")
    elif change == "removed":
        (folder / "evidence/results.json").unlink()
    elif change == "mode":
        card.chmod(0o755)
    elif change == "gone":
        scene.git("rm", "-r", "--quiet", str(folder))
    elif change == "blob":
        target = scene.git("rev-parse", "HEAD:cognify.yaml")
    elif change == "damaged":
        card.write_text("größe: 2\n")
    commit = scene.commit()
    if change == "damaged":
        blob = scene.git("rev-parse", f"{commit}:models/{MODEL}/1.0.0/card.yaml")
        (scene.root / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    scene.git("switch", "--quiet", "--force", "main")
    scene.git("tag", TAG, target or commit)
    ((where, what, severity),) = said(scene)
    assert (where, severity) == (f"refs/tags/{TAG}", Severity.ERROR)
    assert told in what
