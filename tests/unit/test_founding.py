"""Beginning an inventory: nothing is overwritten, nothing is half-begun."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cognify import founding, strictyaml
from cognify.errors import CognifyError
from cognify.git import Author, Repository
from cognify.records import policy as policies
from cognify.signing import ssh_keygen
from cognify.verification import open_repository, verify

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
POLICY = """\
# Wer unterschreibt
version: 1
people:
  zoe: {{name: Zoë Größe, roles: [owner], keys: [{{ssh: "{key}"}}]}}
signoff: [{{tiers: [low], all_of: [{{role: owner, min: 1}}]}}]
policy_change: {{role: owner, min: 1}}
"""


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    return tmp_path / "key"


def begin(root: Path, key: Path, policy: str | bytes | None = None, **more: Any) -> founding.Founded:
    public = ssh_keygen.public_key(key)
    text = POLICY.format(key=public) if policy is None else policy
    return founding.found(
        root, name="Größe & Söhne", policy=text if isinstance(text, bytes) else text.encode(),
        public_key=public, signing_key=key, log_key=None, frameworks=("model-card@mitchell-2019-v2",),
        sign=lambda raw, namespace: ssh_keygen.sign(raw, key=key, namespace=namespace),
        extra_files={}, trust_files={}, at=AT, **more,
    )  # fmt: skip


def fault(root: Path, key: Path, policy: str | bytes | None = None) -> str:
    with pytest.raises(CognifyError) as refusal:
        begin(root, key, policy)
    return refusal.value.fault


def test_what_is_begun(tmp_path: Path, key: Path) -> None:
    """One signed commit, a log key that only its owner reads and git never sees, trust files bound."""
    founded = begin(tmp_path / "größe", key)
    repository = Repository(founded.root)
    assert set(repository.snapshot(founded.commit).paths()) == set(founded.files)
    assert founded.log_key.stat().st_mode & 0o777 == 0o600
    assert not [p for p in founded.files if "log.key" in p]
    policy = policies.parse((founded.root / "policy/0001.yaml").read_bytes(), where="x")
    assert set(policy.trust) == {"trust/log.vkey", "trust/allowed_signers"}
    assert (founded.root / "policy/0001.yaml").read_text().startswith("# Wer unterschreibt\n")
    assert (founded.root / "trust/allowed_signers").read_bytes() == policies.allowed_signers(policy)


def test_a_folder_that_is_not_empty(tmp_path: Path, key: Path) -> None:
    """`folder-not-empty`; what lay there lies there."""
    (tmp_path / "voll").mkdir()
    (tmp_path / "voll/x").write_text("x")
    assert fault(tmp_path / "voll", key) == "folder-not-empty"
    assert os.listdir(tmp_path / "voll") == ["x"]


@pytest.mark.parametrize(
    "line", ["inventory: urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa\n", "trust: {}\n"]
)
def test_a_policy_that_is_bound_already(tmp_path: Path, key: Path, line: str) -> None:
    """`policy-bound`: a policy of another inventory is not taken over by accident."""
    policy = POLICY.format(key=ssh_keygen.public_key(key)) + line
    assert fault(tmp_path / "neu", key, policy) == "policy-bound"
    assert not (tmp_path / "neu").exists()


def test_the_key_of_nobody(tmp_path: Path, key: Path) -> None:
    """`identity-not-a-person`; nothing was written."""
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    assert (
        fault(tmp_path / "neu", key, POLICY.format(key=ssh_keygen.public_key(other)))
        == "identity-not-a-person"
    )
    assert not (tmp_path / "neu").exists()


@pytest.mark.parametrize(("policy", "id"), [
    ("", "yaml-root"), ("- x\n", "yaml-root"), ("version: 1\n", "policy-schema"), ("version: 1\nversion: 1\n", "yaml-dup-key"), (b"\xff", "yaml-charset"),
])  # fmt: skip
def test_a_policy_that_cannot_be_used(tmp_path: Path, key: Path, policy: str | bytes, id: str) -> None:
    """By its own fault; nothing was written."""
    assert fault(tmp_path / "neu", key, policy) == id
    assert not (tmp_path / "neu").exists()


def test_a_solo_policy(tmp_path: Path, key: Path) -> None:
    """One person, every tier, an id that is a name everywhere; reports say `self`."""
    public = ssh_keygen.public_key(key)
    raw = founding.solo_policy(public, Author("Zoë Größe", "z@example.org"))
    data = strictyaml.load(raw, where="x")
    assert (list(data["people"]), data["people"]["zo"]["name"], data["profile"]) == (
        ["zo"],
        "Zoë Größe",
        "solo",
    )
    assert list(strictyaml.load(founding.solo_policy(public, None), where="x")["people"]) == ["owner"]
    assert list(strictyaml.load(founding.solo_policy(public, Author("李 雷", "x")), where="x")["people"]) == [
        "owner"
    ]
    founded = begin(tmp_path / "allein", key, raw)
    assert verify(open_repository(Repository(founded.root)), at=AT).policy is not None


@pytest.mark.parametrize(
    "name", ["  ", "\tZoë", ": {}", "a\nb: c", '"', "#", "&x *x", "yes", "No Ahmadi", "007 Bond", "Null"]
)
def test_any_name_of_git_makes_a_policy(key: Path, name: str) -> None:
    """Whatever git is configured with, the policy says it as text on one line."""
    raw = founding.solo_policy(ssh_keygen.public_key(key), Author(name, "x"))
    people = strictyaml.load(raw, where="x")["people"]
    assert [person["name"] for person in people.values()] == [" ".join(name.split()) or "Owner"]


def test_the_signature_fails(tmp_path: Path, key: Path) -> None:
    """A key that cannot sign: the error is the signer's, and no commit was made."""
    public = ssh_keygen.public_key(key)

    def fails(raw: bytes, namespace: str) -> bytes:
        del raw, namespace
        raise CognifyError("x", where=None, fix=None, id="passphrase-wrong")

    with pytest.raises(CognifyError) as refusal:
        founding.found(
            tmp_path / "neu", name="x", policy=POLICY.format(key=public).encode(), public_key=public, sign=fails,
            signing_key=key, log_key=None, frameworks=("model-card@mitchell-2019-v2",), extra_files={}, trust_files={}, at=AT,
        )  # fmt: skip
    assert refusal.value.fault == "passphrase-wrong"
    assert not (tmp_path / "neu/.git").exists()
