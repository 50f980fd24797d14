"""Stating something: what is shown is what is signed, and what is refused leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cognify import stating
from cognify.errors import CognifyError
from cognify.git import Repository
from cognify.inventory import Version, WorkTree
from cognify.records.policy import Key
from cognify.signing import ssh_keygen
from cognify.stating import later
from cognify.stating import policy as policy_stating
from tests.scenario import MODEL, Scene

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEALED, PROPOSED = Version(MODEL, "1.0.0"), Version(MODEL, "1.1.0")


def desk(scene: Scene) -> stating.Desk:
    return stating.sit_down(WorkTree(scene.root), Repository(scene.root), at=AT)


def prepared(scene: Scene, person: str = "tomas", role: str = "compliance", *, kind: str = "approve",
             version: Version = PROPOSED) -> stating.Prepared:  # fmt: skip
    at = desk(scene)
    return stating.sign_off(
        at, f"signoff.{kind}", version, at.signer(scene.mark(person)), role=role, comment="größer",
        conditions=("höchstens 30 Tage",) if kind == "approve" else (), expires="2027-02-28", at=AT,
    )  # fmt: skip


def fault(act: object, *arguments: object, **more: object) -> str:
    with pytest.raises(CognifyError) as refusal:
        act(*arguments, **more)  # type: ignore[operator]
    return refusal.value.fault


def test_what_is_prepared_is_whole(sealed_scene: Scene) -> None:
    """Bytes, digest, place and namespace belong together; the person's words are in it."""
    made = prepared(sealed_scene)
    assert made.path == f"{PROPOSED.statements}signoff.approve.tomas.{made.sha256[:8]}.json"
    assert made.namespace == "signoff.approve.v1@cognify.dev"
    assert (made.statement.conditions, made.statement.expires) == (("höchstens 30 Tage",), "2027-02-28")
    assert made.statement.to_bytes() == made.raw
    assert made.statement.after.size == 9


@pytest.mark.parametrize(("arguments", "id"), [
    ({"person": "mara", "role": "engineer"}, "role-not-asked"), ({"person": "noor", "role": "compliance"}, "role-not-held-at-seq"),
    ({"version": SEALED}, "already-sealed"), ({"version": Version("nirgends", "1")}, "not-proposed"),
    ({"kind": "withdraw"}, "nothing-to-withdraw"),
])  # fmt: skip
def test_what_is_refused(sealed_scene: Scene, arguments: dict[str, object], id: str) -> None:
    """Before anything is signed, and by the rule's own id."""
    assert fault(prepared, sealed_scene, **arguments) == id
    assert sealed_scene.git("status", "--porcelain") == ""


def test_files_that_are_not_the_proposed_ones(scene: Scene) -> None:
    """A card that was edited on disk after the proposal is not approved by accident."""
    card = scene.path("1.1.0", "card.yaml")
    card.write_bytes(card.read_bytes() + b"# x\n")
    assert fault(prepared, scene) == "subject-digest-mismatch"


@pytest.mark.parametrize(
    "record", ["", "record: {id: 7, tier: low}\n", "record: {id: x, tier: extrem}\n", "record: x\n"]
)
def test_a_card_without_record_id_or_tier(scene: Scene, record: str) -> None:
    """`tier-missing`."""
    scene.path("1.1.0", "card.yaml").write_text(f"card: 1\n{record}")
    assert fault(stating.record_id, desk(scene), PROPOSED) == "tier-missing"


def test_roles(sealed_scene: Scene) -> None:
    """The one that is named, the only one that is asked for, or a question."""
    at = desk(sealed_scene)
    ines, tomas = at.policy.people["ines"], at.policy.people["tomas"]
    assert stating.role_of(at, ines, "policy-owner", PROPOSED) == "policy-owner"
    assert stating.role_of(at, ines, None, PROPOSED) == "model-risk"
    assert stating.role_of(at, tomas, None, None) == "compliance"
    assert fault(stating.role_of, at, ines, None, None) == "role-ambiguous"


def test_whose_key_it_is(sealed_scene: Scene) -> None:
    """A person of the policy, or nobody."""
    at = desk(sealed_scene)
    assert at.signer(Key(sealed_scene.public("ines2")).mark).person.id == "ines"
    assert fault(at.signer, Key(sealed_scene.public("eve")).mark) == "identity-not-a-person"


def test_an_inventory_without_a_policy(scene: Scene) -> None:
    """Nothing is signed on foundations that do not stand."""
    (scene.root / "policy/0001.yaml").unlink()
    assert fault(desk, scene) == "genesis-missing"


def test_writing_leaves_both_files_or_what_the_next_run_removes(scene: Scene) -> None:
    """A signature without its statement says nothing, and is swept away by the next one."""
    made, tree = prepared(scene), WorkTree(scene.root)
    orphan = f"{PROPOSED.statements}signoff.approve.tomas.00000000.json.sig"
    tree.write(orphan, b"x")

    def sign(raw: bytes, namespace: str) -> bytes:
        return ssh_keygen.sign(raw, key=scene.key("tomas"), namespace=namespace)

    paths = stating.write(tree, made, sign)
    assert (tree.read(paths[0]), tree.exists(paths[1]), tree.exists(orphan)) == (made.raw, True, False)
    scene.commit()
    assert scene.verify().code == 0


def test_a_signature_that_fails_leaves_nothing(scene: Scene) -> None:
    """The error is the signer's; no statement is there."""

    def fails(raw: bytes, namespace: str) -> bytes:
        del raw, namespace
        raise CognifyError("x", where=None, fix=None, id="passphrase-wrong")

    assert fault(stating.write, WorkTree(scene.root), prepared(scene), fails) == "passphrase-wrong"
    assert scene.git("status", "--porcelain") == ""


def test_a_second_proposal_acts_on_what_was_stated_before(scene: Scene) -> None:
    """So that no order of sequencing puts it before the round that it ends."""
    before = {entered.sha256 for entered in desk(scene).proceedings.course(PROPOSED).history}
    at = desk(scene)
    made = stating.propose(
        at, PROPOSED, at.signer(scene.mark("mara")), role="engineer", contributors=(("tomas", "trainer"),),
        manifest=scene.path("1.1.0", "MANIFEST.sha256").read_bytes(), comment="", at=AT,
    )  # fmt: skip
    assert set(made.statement.parents) == before
    assert made.statement.predicate["contributors"] == [
        {"part": "author", "person": "mara"}, {"part": "trainer", "person": "tomas"},
    ]  # fmt: skip


def test_a_key_of_neither_policy(sealed_scene: Scene) -> None:
    """It can neither agree to the next policy nor prove itself under it."""
    at = desk(sealed_scene)
    assert (
        fault(policy_stating.update, at, at.policy, "SHA256:nobody", comment="", at=AT)
        == "identity-not-a-person"
    )


def test_what_is_stated_later_is_about_what_is_sealed(sealed_scene: Scene) -> None:
    """Before that there is nothing to amend."""
    at = desk(sealed_scene)
    mara = at.signer(sealed_scene.mark("mara"))
    version = PROPOSED
    extra = {"amendments": [{"at": "/use", "text": "größer"}]}
    assert (
        fault(later.about_version, at, "amend", version, mara, "engineer", extra, comment="", at=AT)
        == "not-sealed"
    )


def test_taking_conditions_on(scene: Scene) -> None:
    """Every condition that waits, and nothing else; only whoever proposed can."""
    at = desk(scene)
    mara, noor = (at.signer(scene.mark(person)) for person in ("mara", "noor"))
    assert (
        fault(later.acknowledge, at, PROPOSED, mara, "engineer", comment="", at=AT)
        == "nothing-to-acknowledge"
    )
    scene.approve("1.1.0", "tomas", "--condition", "höchstens 30 Tage")
    at = desk(scene)
    made, waiting = later.acknowledge(at, PROPOSED, mara, "engineer", comment="größer", at=AT)
    assert [entered.verified.person.id for entered in waiting] == ["tomas"]
    assert made.statement.parents == tuple(entered.sha256 for entered in waiting)
    assert made.statement.predicate["comment"] == "größer"
    assert (
        fault(later.acknowledge, at, PROPOSED, noor, "model-risk", comment="", at=AT)
        == "acknowledged-by-another"
    )
