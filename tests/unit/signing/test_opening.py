"""`open_statement`: bytes, signature and person together, or a named refusal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify import canonical
from cognify.errors import CognifyError
from cognify.records import policy as policies
from cognify.records.policy import Key, Policy
from cognify.signing import Bundle, VerifiedStatement, open_beside, open_statement, ssh_keygen
from cognify.signing.bundle import TRUSTED_ROOT
from tests.hardware import SecurityKey
from tests.localsigstore import IDP, LocalSigstore, claims

INVENTORY = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa"
RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01"
TOKEN = SecurityKey.ed25519()
SIGSTORE = LocalSigstore()
ROOT = json.dumps(SIGSTORE.trusted_root()).encode()
LOGIN = {"sigstore": {"issuer": IDP, "identity": "bo@example.org"}}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("zoe", "inés", "eve"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    return folder


@pytest.fixture(scope="module")
def policy(keys: Path) -> Policy:
    people = {
        "zoe": {"name": "Zoë Größe", "roles": ["model-risk"],
                "keys": [{"ssh": ssh_keygen.public_key(keys / "zoe")}, {"ssh": TOKEN.public, "touch": True}]},
        "ines": {"name": "Inés", "roles": ["model-risk"],
                 "keys": [{"ssh": ssh_keygen.public_key(keys / "inés"), "touch": True}]},
        "bo": {"name": "Bo Größer", "roles": ["model-risk"], "keys": [LOGIN]},
    }  # fmt: skip
    data = {"version": 1, "inventory": INVENTORY, "people": people,
            "signoff": [{"tiers": ["low"], "all_of": [{"role": "model-risk", "min": 1}]}]}  # fmt: skip
    return policies.parse(canonical.dumps(data), where="policy/0001.yaml")


def statement(**predicate: Any) -> bytes:
    data = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {
            "after": {"origin": "cognify.dev/log/x", "root": "A" * 43 + "=", "size": 0},
            "inventory": INVENTORY, "kind": "signoff.approve", "meaning": "Ich habe die Größe geprüft.",
            "model": "credit-memo", "person": "zoe", "policy": {"sha256": "0" * 64, "version": 1},
            "record": RECORD, "role": "model-risk", "stated_at": "2026-11-23T09:00:00Z",
            "signer": f"bo@example.org ({IDP})", "version": "1.0.0", **predicate,
        },
        "predicateType": "https://cognify.dev/predicate/signoff.approve/v1",
        "subject": [{"digest": {"sha256": "1" * 64}, "name": "models/credit-memo/1.0.0/MANIFEST.sha256"}],
    }  # fmt: skip
    return canonical.dumps(data)


def mark(key: Path) -> str:
    return Key(ssh_keygen.public_key(key)).mark


def signed(raw: bytes, key: Path, namespace: str = "signoff.approve.v1@cognify.dev") -> bytes:
    return ssh_keygen.sign(raw, key=key, namespace=namespace)


def login(raw: bytes, email: str = "bo@example.org", issuer: str = IDP) -> Bundle:
    return Bundle(json.dumps(SIGSTORE.bundle(raw, claims(email, issuer))).encode(), ROOT)


def fault(raw: bytes, signature: bytes | Bundle, policy: Policy) -> tuple[str, str | None]:
    with pytest.raises(CognifyError) as refusal:
        open_statement(raw, signature, policy=policy, where="a.json")
    return refusal.value.fault, refusal.value.where


def test_an_opened_statement_holds_its_bytes_and_its_person(keys: Path, policy: Policy) -> None:
    """The very bytes that were verified, their digest, and whose key it was."""
    raw = statement(signer=mark(keys / "zoe"))
    opened = open_statement(raw, signed(raw, keys / "zoe"), policy=policy, where="a.json")
    assert (opened.raw, opened.sha256) == (raw, canonical.sha256(raw))
    assert (opened.person.name, opened.level) == ("Zoë Größe", "L2")
    assert opened.fingerprint.startswith("SHA256:")


def test_nobody_else_makes_a_verified_statement(keys: Path, policy: Policy) -> None:
    """The type carries trust, so only `open_statement` can make one."""
    raw = statement(signer=mark(keys / "zoe"))
    opened = open_statement(raw, signed(raw, keys / "zoe"), policy=policy, where="a.json")
    with pytest.raises(TypeError):
        VerifiedStatement(opened.statement, raw, "0" * 64, opened.person, "x", "L2", object())


def test_a_stranger(keys: Path, policy: Policy) -> None:
    """A good signature by nobody of the policy: `identity-not-a-person`."""
    raw = statement()
    assert fault(raw, signed(raw, keys / "eve"), policy) == ("identity-not-a-person", "a.json")


def test_someone_else(keys: Path, policy: Policy) -> None:
    """A good signature by another person of the policy: `identity-mismatch`."""
    raw = statement(person="ines")
    assert fault(raw, signed(raw, keys / "zoe"), policy) == ("identity-mismatch", "a.json")


def test_another_key_of_the_same_person(keys: Path, policy: Policy) -> None:
    """The statement names the key or login that signs it, and no other does: `signer-mismatch`."""
    raw = statement(signer=Key(TOKEN.public).mark)
    assert fault(raw, signed(raw, keys / "zoe"), policy) == ("signer-mismatch", "a.json")
    raw = statement(person="bo", signer="bo@example.org (https://other.example.org)")
    assert fault(raw, login(raw), policy) == ("signer-mismatch", "a.json")


def test_bytes_that_nobody_signed_are_not_a_strangers(keys: Path, policy: Policy) -> None:
    """The signature is judged before the identity."""
    assert fault(statement(), signed(b"x", keys / "eve"), policy) == ("signature-invalid", "a.json.sig")


def test_a_demand_for_touch(keys: Path, policy: Policy) -> None:
    """A key for which the policy demands touch: hardware holds if touched, a file never does."""
    raw = statement(signer=Key(TOKEN.public).mark)
    space = "signoff.approve.v1@cognify.dev"
    opened = open_statement(raw, TOKEN.sign(raw, space), policy=policy, where="a.json")
    assert opened.person.id == "zoe"
    assert fault(raw, TOKEN.sign(raw, space, flags=0), policy) == ("touch-missing", "a.json.sig")
    raw = statement(person="ines")
    assert fault(raw, signed(raw, keys / "inés"), policy) == ("touch-missing", "a.json.sig")


def test_a_signature_for_a_rejection(keys: Path, policy: Policy) -> None:
    """`namespace`."""
    raw = statement()
    signature = signed(raw, keys / "zoe", "signoff.reject.v1@cognify.dev")
    assert fault(raw, signature, policy) == ("namespace", "a.json.sig")


def test_bytes_that_are_not_canonical(keys: Path, policy: Policy) -> None:
    """One more space and two readers could differ: `not-jcs`, whoever signed it."""
    raw = statement().replace(b'":', b'": ', 1)
    assert fault(raw, signed(raw, keys / "zoe"), policy)[0] == "not-jcs"


def test_a_statement_by_login(policy: Policy) -> None:
    """Whose login it was, and by when it had signed; there is no key to name."""
    raw = statement(person="bo")
    opened = open_statement(raw, login(raw), policy=policy, where="a.json")
    assert (opened.person.name, opened.level, opened.fingerprint) == ("Bo Größer", "L2", "")
    assert opened.login == policy.people["bo"].logins[0]
    assert opened.signed_at is not None


@pytest.mark.parametrize(("person", "email", "issuer", "id"), [
    ("bo", "bo@example.org", "https://other.example.org", "identity-issuer"),
    ("bo", "eve@example.org", IDP, "identity-mismatch"), ("zoe", "eve@example.org", IDP, "identity-not-a-person"),
    ("niemand", "eve@example.org", IDP, "identity-not-a-person"), ("zoe", "bo@example.org", IDP, "identity-mismatch"),
])  # fmt: skip
def test_a_login_of_somebody_else(person: str, email: str, issuer: str, id: str, policy: Policy) -> None:
    """Another issuer, another identity, nobody's, and a colleague's."""
    raw = statement(person=person)
    assert fault(raw, login(raw, email, issuer), policy) == (id, "a.json")


def test_where_a_bundle_is_bad(policy: Policy) -> None:
    """The fault lies in the bundle's own file."""
    assert fault(statement(), login(b"x"), policy) == ("signature-invalid", "a.json.sigstore.json")
    assert fault(statement(), Bundle(b"", ROOT), policy) == ("json-syntax", "a.json.sigstore.json:1:1")


class Lying:
    """Files in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)

    def paths(self, under: str = "") -> tuple[str, ...]:
        return tuple(sorted(path for path in self.files if path.startswith(under)))

    def exists(self, path: str) -> bool:
        return path in self.files

    def read(self, path: str) -> bytes:
        return self.files[path]


BOUND = {canonical.sha256(ROOT), None}


def beside(policy: Policy, raw: bytes = b"", person: str = "bo", **files: bytes) -> VerifiedStatement | str:
    """What `open_beside` makes of a statement with *files*: `sig`, `bundle`, `root`."""
    names = {"sig": "a.json.sig", "bundle": "a.json.sigstore.json", "root": TRUSTED_ROOT}
    lying = Lying(
        {"a.json": raw or statement(person=person), **{names[name]: raw for name, raw in files.items()}}
    )
    try:
        return open_beside(lying, "a.json", policy=policy, roots=BOUND)
    except CognifyError as error:
        return error.fault


def test_one_signature_lies_beside_a_statement(keys: Path, policy: Policy) -> None:
    """A key's or a login's; none and both are faults."""
    raw = statement(signer=mark(keys / "zoe"))
    key, bundle = signed(raw, keys / "zoe"), login(statement(person="bo")).raw
    assert isinstance(beside(policy, raw, sig=key), VerifiedStatement)
    assert isinstance(beside(policy, bundle=bundle, root=ROOT), VerifiedStatement)
    assert beside(policy) == "sig-missing"
    assert beside(policy, sig=key, bundle=bundle, root=ROOT) == "two-signatures"


def test_the_trusted_root_is_the_bound_one(policy: Policy) -> None:
    """No trusted root, or one that no policy binds: nothing is judged by it."""
    bundle = login(statement(person="bo")).raw
    assert beside(policy, bundle=bundle) == "sigstore-not-configured"
    assert beside(policy, bundle=bundle, root=ROOT + b"\n") == "sigstore-not-configured"
