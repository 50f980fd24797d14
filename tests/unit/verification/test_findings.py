"""The nine steps in process: what each says of a thing that is wrong, by id and exit code."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cognify import canonical
from cognify.errors import CognifyError
from cognify.git import Repository
from cognify.inventory import Version
from cognify.verification import Verification, open_repository, verify
from tests import forge
from tests.scenario import MODEL, Scene

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03"


def judged(scene: Scene) -> Verification:
    return verify(open_repository(Repository(scene.root)), at=AT)


def found(scene: Scene) -> set[tuple[str, int]]:
    return {(finding.id, finding.exit) for finding in judged(scene).findings}


def removed(scene: Scene, path: str) -> None:
    (scene.root / path).unlink()
    scene.commit()


def changed_seal(**predicate: Any) -> Callable[[Scene], None]:
    def crime(scene: Scene) -> None:
        seal = forge.last_seal(scene)
        seal["predicate"].update({"sealed": [], **predicate})
        forge.log_automation(scene, forge.jcs(seal))

    return crime


def no_checkpoint(scene: Scene) -> None:
    forge.put_log(scene, {}, drop=["log/checkpoint"])


def older_checkpoint(scene: Scene) -> None:
    forge.put_log(scene, {"log/checkpoint": forge.log_file(scene, "log/checkpoints/6.note")})


def misnamed_checkpoint(scene: Scene) -> None:
    forge.put_log(scene, {"log/checkpoints/5.note": forge.log_file(scene, "log/checkpoints/6.note")})


def malformed_seal(scene: Scene) -> None:
    forge.log_automation(scene, b"{}")


def seal_at_genesis(scene: Scene) -> None:
    first = scene.git("rev-list", "--max-parents=0", "main")
    tree = forge.tree_listing(scene, first)
    changed_seal(commit=first, tree={"entries": 1, "sha256": forge.sha256(tree)})(scene)


def seal_at_nowhere(scene: Scene) -> None:
    scene.approve("1.1.0", "tomas")
    scene.seal()
    changed_seal(commit="f" * 40)(scene)


def seal_moved_to_nowhere(scene: Scene) -> None:
    """The newest seal, which sequences statements, names a commit that nobody has."""
    seal_moved(scene, "f" * 40)


def seal_moved_to_a_crafted_tree(scene: Scene) -> None:
    """The newest seal names a commit in which every statement of 1.1.0 is there twice."""
    path = f"models/{MODEL}/1.1.0/statements"
    raw = subprocess.check_output(["git", "cat-file", "tree", f"HEAD:{path}"], cwd=scene.root)
    made = scene.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw + raw)
    while path:
        path, _, name = path.rpartition("/")
        lines = scene.git("ls-tree", f"HEAD:{path}").splitlines()
        lines = [f"040000 tree {made}\t{name}" if line.endswith(f"\t{name}") else line for line in lines]
        made = scene.git("mktree", stdin="".join(f"{line}\n" for line in lines).encode())
    seal_moved(scene, scene.git("commit-tree", made, "-m", "größer"))


def seal_moved(scene: Scene, commit: str) -> None:
    seal = forge.last_seal(scene)
    seal["predicate"]["commit"] = commit
    raw = forge.jcs(seal)
    entries = [*forge.leaves(scene)[:-1], forge.leaf_of("seal", "inventory", raw)]
    forge.rewrite_log(scene, entries, **{f"log/statements/seal.{forge.sha256(raw)[:8]}.json": raw})


def empty_log(scene: Scene) -> None:
    """A log branch that was emptied: no leaf, no checkpoint."""
    paths = scene.git("ls-tree", "-r", "--name-only", forge.LOG).splitlines()
    forge.put_log(scene, {"log/leaves": b""}, drop=[path for path in paths if path != "log/leaves"])


def unreadable_tree(scene: Scene) -> None:
    """A file that was sealed and changed since: its old bytes are gone from the object database."""
    oid = scene.git("rev-parse", "HEAD:mkdocs.yml")
    (scene.root / "mkdocs.yml").write_text("x")
    scene.commit()
    (scene.root / ".git/objects" / oid[:2] / oid[2:]).unlink()


def snapshot(scene: Scene) -> None:
    seal = forge.last_seal(scene)
    predicate = {
        k: v for k, v in seal["predicate"].items() if k in ("inventory", "policy", "after", "stated_at")
    }
    more = {"kind": "control.snapshot", "meaning": "Größe", "host": {"kind": "github", "repository": "a/b"},
            "controls": {"bypass": ["none"]}}  # fmt: skip
    stated = {**seal, "predicate": {**predicate, **more},
              "predicateType": seal["predicateType"].replace("seal", "control.snapshot")}  # fmt: skip
    forge.log_automation(scene, forge.jcs(stated), "control.snapshot")


def leaf_of_another_size(scene: Scene) -> None:
    seal = forge.last_seal(scene)
    seal["predicate"].update(sealed=[], comment="größer")
    forge.log_automation(scene, forge.jcs(seal), size=7)


def leaf_of_another_record(scene: Scene) -> None:
    raw = scene.statement("1.1.0", "signoff.approve", "ines").read_bytes()
    entries = forge.leaves(scene)
    at = next(n for n, leaf in enumerate(entries) if leaf["sha256"] == forge.sha256(raw))
    entries[at]["record"] = RECORD
    forge.rewrite_log(scene, entries)


def second_genesis(scene: Scene) -> None:
    path = next((scene.root / "statements").glob("genesis.*.json"))
    (path.parent / "genesis.größe.json").write_bytes(path.read_bytes())
    scene.commit()


def manifest_of_a_sealed_version(content: bytes | None) -> Callable[[Scene], None]:
    def crime(scene: Scene) -> None:
        place = scene.path("1.0.0", "MANIFEST.sha256")
        place.unlink() if content is None else place.write_bytes(content)
        scene.commit()

    return crime


def sealed_card_removed(scene: Scene) -> None:
    removed(scene, f"models/{MODEL}/1.0.0/card.yaml")


def proposed(scene: Scene, edit: Callable[[dict[str, Any]], None], **files: bytes) -> None:
    """1.2.0 proposed by hand, its lock edited first."""
    scene.write_version("1.2.0", record=RECORD)
    place = scene.path("1.2.0", "evidence.lock.json")
    lock = json.loads(place.read_bytes())
    edit(lock)
    place.write_bytes(canonical.pretty(lock))
    for path, raw in files.items():
        (scene.root / path).parent.mkdir(parents=True, exist_ok=True)
        (scene.root / path).write_bytes(raw)
    forge.put_proposal(scene, "1.2.0", "mara", record=RECORD)


def artifact(**entry: Any) -> dict[str, Any]:
    return {"bytes": 1, "extractor": "x", "extractor_version": 1, "media": "text/plain", "origin": "größe",
            "sha256": forge.sha256(b"x"), **entry}  # fmt: skip


def lock_of_another(scene: Scene) -> None:
    proposed(scene, lambda lock: lock.update(version="9.9.9"))


def evidence_gone(scene: Scene) -> None:
    proposed(scene, lambda lock: lock["artifacts"].update(a02=artifact(path="evidence/nirgends")))


def malformed_manifest(scene: Scene) -> None:
    """A proposal of a manifest that is none, in good order otherwise."""
    scene.write_version("1.2.0", record=RECORD)
    forge.put_proposal(scene, "1.2.0", "mara", record=RECORD)
    proposal = scene.statement("1.2.0", "record.propose")
    data = json.loads(proposal.read_bytes())
    proposal.unlink()
    proposal.with_name(f"{proposal.name}.sig").unlink()
    scene.path("1.2.0", "MANIFEST.sha256").write_bytes(b"x\n")
    data["subject"][0]["digest"]["sha256"] = forge.sha256(b"x\n")
    forge.put_statement(scene, "1.2.0", data, "mara")


CRIMES: list[tuple[Callable[[Scene], None], str, int]] = [
    (no_checkpoint, "checkpoint-missing", 4), (seal_moved_to_nowhere, "first-parent-break", 3), (seal_moved_to_a_crafted_tree, "fsck", 3), (older_checkpoint, "rollback", 3), (misnamed_checkpoint, "rollback", 3),
    (malformed_seal, "statement-schema", 3), (seal_at_genesis, "seal-mismatch", 3), (seal_at_nowhere, "first-parent-break", 3),
    (seal_at_nowhere, "tree-manifest-mismatch", 3), (unreadable_tree, "tree-manifest-mismatch", 3),
    (changed_seal(tree={"entries": 1, "sha256": "0" * 64}), "tree-manifest-mismatch", 3),
    (changed_seal(inventory=RECORD), "ledger-mismatch", 3), (snapshot, "kind-not-judged", 4),
    (leaf_of_another_size, "leaf-mismatch", 3), (leaf_of_another_record, "leaf-mismatch", 3), (second_genesis, "genesis-missing", 3),
    (lambda scene: removed(scene, "trust/allowed_signers"), "trust-file-missing", 4),
    (lambda scene: removed(scene, ".gitattributes"), "attr-forbidden", 3),
    (manifest_of_a_sealed_version(None), "sealed-bytes-changed", 3), (manifest_of_a_sealed_version(b"x\n"), "manifest-syntax", 3),
    (sealed_card_removed, "sealed-bytes-changed", 3), (lock_of_another, "subject-mismatch", 3),
    (evidence_gone, "evidence-unavailable", 3), (malformed_manifest, "manifest-syntax", 3),
]  # fmt: skip


@pytest.mark.parametrize(
    ("crime", "id", "exit"), CRIMES, ids=[f"{n}-{id}" for n, (_, id, _) in enumerate(CRIMES)]
)
def test_what_is_wrong_is_said(scene: Scene, crime: Callable[[Scene], None], id: str, exit: int) -> None:
    """Each by its own id, with the exit code that it alone leads to."""
    crime(scene)
    assert (id, exit) in found(scene)


def test_evidence_that_is_kept_outside_is_not_proven(scene: Scene) -> None:
    """A file that stays outside, and a data set that lies at the root, are no faults."""
    proposed(
        scene,
        lambda lock: lock["artifacts"].update(
            a02=artifact(uri="s3://größe"), a03=artifact(path="datasets/größe/0123456789ab.json")
        ),
        **{"datasets/größe/0123456789ab.json": b"x"},
    )
    result = judged(scene)
    assert result.exit_code == 0
    assert (
        "that 1 artifacts kept outside the inventory still exist with the digests recorded"
        in result.not_proven
    )


def test_who_holds_what_is_kept_outside_is_named(scene: Scene) -> None:
    """So that an auditor knows whom to ask: most first, nobody twice, five at most."""
    holders = ["größe", "größe", None, *(f"store-{n}" for n in range(5))]
    more = {
        f"a{n:02d}": artifact(uri=f"s3://{n}", **({"custodian": who} if who else {}))
        for n, who in enumerate(holders, 2)
    }
    proposed(scene, lambda lock: lock["artifacts"].update(more))
    assert (
        "that 8 artifacts kept outside the inventory still exist with the digests recorded: held 2 by größe, "
        "1 by store-0, 1 by store-1, 1 by store-2, 1 by store-3, and others by 1 more"
    ) in judged(scene).not_proven


def test_a_value_cited_from_outside_is_passed_over(scene: Scene) -> None:
    """It cannot be replayed here, and says so under what is not proven."""

    def outside(lock: dict[str, Any]) -> None:
        lock["artifacts"]["a01"].pop("path")
        lock["artifacts"]["a01"]["uri"] = "results.json"

    proposed(scene, outside)
    result = judged(scene)
    assert result.exit_code == 0
    assert any(
        told.startswith("that 4 values that cite artifacts kept outside") for told in result.not_proven
    )


def fault(act: Callable[..., object], *arguments: object) -> tuple[str, int]:
    with pytest.raises(CognifyError) as refusal:
        act(*arguments)
    return refusal.value.fault, refusal.value.exit_code


def test_there_is_nothing_to_verify(scene: Scene, tmp_path: Path) -> None:
    """No commit, and a commit without `cognify.yaml`: `branch-missing`, exit 4."""
    other = Scene(tmp_path / "leer")
    other.root.mkdir(parents=True)
    other.git("init", "--quiet", "-b", "main")
    assert fault(judged, other) == ("branch-missing", 4)
    removed(scene, "cognify.yaml")
    assert fault(judged, scene) == ("branch-missing", 4)


@pytest.mark.parametrize(("text", "id"), [("x: [", "yaml-syntax"), ("cognify: 2\n", "settings-schema")])
def test_settings_that_cannot_be_read(scene: Scene, text: str, id: str) -> None:
    """A fault of the record, exit 3: there is nothing to hold on to."""
    (scene.root / "cognify.yaml").write_text(text)
    scene.commit()
    assert fault(judged, scene) == (id, 3)


def test_a_branch_that_is_not_main(scene: Scene) -> None:
    """The branch that the settings at HEAD name is the one that is judged."""
    scene.git("switch", "--quiet", "-c", "draft")
    (scene.root / "policy/0001.yaml").write_text("x")
    scene.commit()
    assert found(scene) == set()


def test_only_the_procedure_makes_a_verification(sealed_scene: Scene) -> None:
    """A page can show nothing as approved that was merely parsed."""
    result = judged(sealed_scene)
    fields = {name: getattr(result, name) for name in result.__dataclass_fields__}
    with pytest.raises(TypeError):
        Verification(**{**fields, "_made_by": object()})


def test_what_is_trusted(scene: Scene) -> None:
    """A sealed record is, until something contradicts it; a proposed one is not."""
    sealed, open_ = Version(MODEL, "1.0.0"), Version(MODEL, "1.1.0")
    result = judged(scene)
    assert [r.trusted for r in (result.record(sealed), result.record(open_)) if r] == [True, False]
    assert result.record(Version("größe", "1")) is None
    manifest_of_a_sealed_version(b"x\n")(scene)
    record = judged(scene).record(sealed)
    assert record is not None
    assert not record.trusted


APPROVE = ("approve", MODEL, "1.1.0", "--yes", "--key")


def test_nobody_signs_without_the_log(scene: Scene) -> None:
    """An approver who fetched main alone is told to fetch the log: `log-missing`, exit 4."""
    scene.git("update-ref", "-d", f"refs/heads/{forge.LOG}")
    assert found(scene) == {("log-missing", 4)}
    done = scene.cognify(*APPROVE, str(scene.key("tomas")))
    assert (done.code, done.ids, scene.git("status", "--porcelain")) == (4, {"log-missing"}, "")


def test_nobody_signs_on_a_broken_log(scene: Scene) -> None:
    """A signature would embed a checkpoint of a log that contradicts itself."""
    forge.put_log(scene, {"log/leaves": forge.log_file(scene).replace(b'"seq":1', b'"seq":2')})
    done = scene.cognify(*APPROVE, str(scene.key("tomas")))
    assert (done.code, done.ids, scene.git("status", "--porcelain")) == (3, {"chain-broken"}, "")


def test_an_emptied_log_passes_nothing(scene: Scene) -> None:
    """Without a leaf there is no genesis in it: nothing is shown as sealed, and the verdict is no pass."""
    empty_log(scene)
    result = judged(scene)
    assert result.exit_code in (3, 4)
    assert {record.state for record in result.records} <= {"draft", "proposed"}


def test_an_inventory_that_was_never_begun(scene: Scene) -> None:
    """No log and no genesis: that is said, and nothing else is guessed."""
    scene.git("update-ref", "-d", f"refs/heads/{forge.LOG}")
    for path in (scene.root / "statements").iterdir():
        path.unlink()
    scene.commit()
    assert "genesis-missing" in {id for id, _ in found(scene)}


def test_a_branch_that_parted_from_origin_is_said(scene: Scene) -> None:
    """The verdict is about the branch here, and a note says that origin's is another."""
    scene.git("update-ref", "refs/remotes/origin/main", scene.git("rev-parse", "main"))
    scene.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "rewritten here")
    notes = [f for f in judged(scene).findings if f.id == "branch-parted"]
    assert [(f.severity.value, f.where) for f in notes] == [("note", "main")]
