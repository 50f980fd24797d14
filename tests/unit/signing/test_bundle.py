"""Sigstore bundles: what holds, and every way in which one does not, by name and without a crash."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from cognify.errors import CognifyError, SignatureInvalid, SurroundingsError
from cognify.records.policy import Login
from cognify.signing import bundle
from tests.localsigstore import IDP, LocalSigstore, b64, claims, workflow

SIGSTORE = LocalSigstore()
ROOT = SIGSTORE.trusted_root()
MESSAGE = "Ich habe die Größe geprüft.".encode()
LAST_YEAR = datetime(2025, 3, 1, 12, tzinfo=UTC)
Data = dict[str, Any]


def raw(data: Any) -> bytes:
    return json.dumps(data).encode()


def verify(made: Any, message: bytes = MESSAGE, *, root: Any = None) -> tuple[Login, datetime]:
    return bundle.verify(raw(made), message, root=raw(root or ROOT), where="a.json.sigstore.json")


def fault(made: Any, message: bytes = MESSAGE, *, root: Any = None) -> str:
    with pytest.raises((SignatureInvalid, SurroundingsError)) as refusal:
        verify(made, message, root=root)
    assert refusal.value.where in ("a.json.sigstore.json", bundle.TRUSTED_ROOT)
    return refusal.value.fault


def entry(made: Data) -> Data:
    found: Data = made["verificationMaterial"]["tlogEntries"][0]
    return found


@pytest.mark.parametrize(("rekor", "tsa"), [(1, None), (1, True), (2, True)])
def test_a_bundle_holds(rekor: int, tsa: bool | None) -> None:
    """By either Rekor, at any time of the past: who, as whom says, and signed by when."""
    made = SIGSTORE.bundle(MESSAGE, at=LAST_YEAR, rekor=rekor, tsa=tsa)
    assert verify(made) == (Login(IDP, "zoe@example.org"), LAST_YEAR + timedelta(seconds=2))


def test_other_kinds_of_names() -> None:
    """A workflow, and a user name beyond ASCII of 200 letters."""
    assert verify(SIGSTORE.bundle(MESSAGE, workflow()))[0].identity.endswith("review.yml@refs/heads/main")
    for name in ("zoë", "ö" * 200):
        assert verify(SIGSTORE.bundle(MESSAGE, claims(username=name)))[0] == Login(IDP, name)


def test_the_earliest_proven_time_counts() -> None:
    """Log and authority say different times; the signature is as old as the older one says."""
    made = SIGSTORE.bundle(MESSAGE, at=LAST_YEAR)
    signature = base64.b64decode(made["messageSignature"]["signature"])
    for seconds in (60, 1):
        token = SIGSTORE.stamp(hashlib.sha256(signature).digest(), LAST_YEAR + timedelta(seconds=seconds))
        made["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"].append(
            {"signedTimestamp": b64(token)}
        )
    assert verify(made)[1] == LAST_YEAR + timedelta(seconds=1)


def _drop(*path: Any) -> Callable[[Data], None]:
    def drop(made: Data) -> None:
        place: Any = made
        for part in path[:-1]:
            place = place[part]
        del place[path[-1]]

    return drop


def _put(value: Any, *path: Any) -> Callable[[Data], None]:
    def put(made: Data) -> None:
        place: Any = made
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value

    return put


MATERIAL, ENTRY = "verificationMaterial", ("verificationMaterial", "tlogEntries", 0)
OLDER = "application/vnd.dev.sigstore.bundle+json;version=0.2"


@pytest.mark.parametrize(("change", "id"), [
    (_put(OLDER, "mediaType"), "bundle-kind"), (_drop("mediaType"), "bundle-kind"),
    (_drop("messageSignature"), "bundle-kind"), (_put({}, "dsseEnvelope"), "bundle-kind"),
    (_put({"signatures": []}, "dsseEnvelope"), "sig-count"),
    (_put({"signatures": [{}, {}]}, "dsseEnvelope"), "sig-count"),
    (_put({"signatures": [{}]}, "dsseEnvelope"), "bundle-kind"),
    (_drop(MATERIAL, "certificate"), "bundle-kind"), (_drop(MATERIAL), "bundle-kind"),
    (_put({}, MATERIAL, "tlogEntries"), "no-inclusion-proof"), (_drop(MATERIAL, "tlogEntries"), "no-inclusion-proof"),
    (_put([], MATERIAL, "tlogEntries"), "no-inclusion-proof"), (_drop(*ENTRY, "inclusionProof"), "no-inclusion-proof"),
    (_drop(*ENTRY, "inclusionProof", "checkpoint"), "no-inclusion-proof"),
    (_drop(*ENTRY, "inclusionProof", "hashes"), "bundle-malformed"),
    (_put([], *ENTRY, "inclusionProof", "hashes"), "bundle-untrusted"),
    (_put("0", *ENTRY, "inclusionProof", "logIndex"), "bundle-untrusted"),
    (_put("größer\n", *ENTRY, "inclusionProof", "checkpoint", "envelope"), "bundle-untrusted"),
    (_put("AAAA", MATERIAL, "certificate", "rawBytes"), "bundle-malformed"),
    (_put("AB==", "messageSignature", "signature"), "bundle-malformed"),
    (_put("AA==", "messageSignature", "signature"), "signature-invalid"),
    (_drop(*ENTRY, "inclusionPromise"), "no-trusted-time"), (_drop(*ENTRY, "integratedTime"), "no-trusted-time"),
    (_put("1", *ENTRY, "integratedTime"), "certificate-not-valid-then"),
    (_put("9" * 40, *ENTRY, "integratedTime"), "bundle-malformed"),
    (_put("bald", *ENTRY, "integratedTime"), "bundle-malformed"),
    (_put({"signedEntryTimestamp": "AAAA"}, *ENTRY, "inclusionPromise"), "bundle-untrusted"),
    (_put("0.0.2", *ENTRY, "kindVersion", "version"), "log-entry-mismatch"),
    (_put("dsse", *ENTRY, "kindVersion", "kind"), "log-entry-mismatch"),
    (_put([{"signedTimestamp": "AAAA"}], MATERIAL, "timestampVerificationData", "rfc3161Timestamps"), "bundle-malformed"),
])  # fmt: skip
def test_what_does_not_hold(change: Callable[[Data], None], id: str) -> None:
    made = SIGSTORE.bundle(MESSAGE)
    verify(made)
    change(made)
    assert fault(made) == id


def test_two_log_entries() -> None:
    """One entry is judged, so one entry is there."""
    made = SIGSTORE.bundle(MESSAGE)
    made["verificationMaterial"]["tlogEntries"] *= 2
    assert fault(made) == "no-inclusion-proof"


def test_other_bytes() -> None:
    """One byte more, and nobody signed it; nor does a log's entry of other bytes serve."""
    made, other = SIGSTORE.bundle(MESSAGE), SIGSTORE.bundle(MESSAGE + b".")
    assert fault(made, MESSAGE + b".") == "signature-invalid"
    made["verificationMaterial"]["tlogEntries"] = [entry(other)]
    assert fault(made) == "log-entry-mismatch"


@pytest.mark.parametrize("rekor", [1, 2])
def test_the_log_entry_of_another_signature_over_the_same_bytes(rekor: int) -> None:
    """Its digest is right; it is about a signature by another certificate all the same."""
    made, other = SIGSTORE.bundle(MESSAGE, rekor=rekor), SIGSTORE.bundle(MESSAGE, rekor=rekor)
    made["verificationMaterial"]["tlogEntries"] = [entry(other)]
    assert fault(made) == "log-entry-mismatch"


def test_what_nobody_judged_is_nothing() -> None:
    """What a bundle carries besides cannot give it a time, a certificate or a name."""
    made = SIGSTORE.bundle(MESSAGE, rekor=2, tsa=False)
    signed = SIGSTORE.bundle(MESSAGE, rekor=2)
    stamps = signed["verificationMaterial"].pop("timestampVerificationData")
    made["verificationMaterial"]["timestamp_verification_data"] = stamps
    entry(made)["integrated_time"] = "1764000000"
    assert fault(made) == "no-trusted-time"


@pytest.mark.parametrize("made", [
    SIGSTORE.bundle(MESSAGE, names=2), SIGSTORE.bundle(MESSAGE, claims(issuer="")),
    SIGSTORE.bundle(MESSAGE, claims(username="zoë", name_type="1.2.3")),
])  # fmt: skip
def test_a_certificate_names_one_identity_and_its_issuer(made: Data) -> None:
    assert fault(made) == "bundle-kind"


def test_a_certificate_of_another_sort_of_key() -> None:
    """A certificate for an RSA key is none that signs here."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding

    made = SIGSTORE.bundle(MESSAGE)
    key: Any = rsa.generate_private_key(65537, 2048).public_key()
    certificate = SIGSTORE.issue(key, claims(), LAST_YEAR)
    made["verificationMaterial"]["certificate"]["rawBytes"] = b64(certificate.public_bytes(Encoding.DER))
    assert fault(made) == "bundle-kind"


def test_a_larger_curve() -> None:
    """An ECDSA key on P-384 signs as well."""
    made = SIGSTORE.bundle(MESSAGE, curve=ec.SECP384R1())
    assert verify(made)[0].identity == "zoe@example.org"


def test_a_workflow_that_another_one_called() -> None:
    """Its certificate has the right name and branch; what began the run is another workflow."""
    called = workflow(run_by="eve/größer/.github/workflows/x.yml@refs/heads/main".replace("ö", "oe"))
    assert fault(SIGSTORE.bundle(MESSAGE, called)) == "identity-mismatch"
    branch = workflow(run_by="acme/cards/.github/workflows/other.yml@refs/heads/x")
    assert fault(SIGSTORE.bundle(MESSAGE, branch)) == "identity-mismatch"


@pytest.mark.parametrize("made", [
    LocalSigstore().bundle(MESSAGE), SIGSTORE.bundle(MESSAGE, sct=False),
    SIGSTORE.bundle(MESSAGE, rekor=2, log=LocalSigstore()), SIGSTORE.bundle(MESSAGE, log=LocalSigstore()),
    SIGSTORE.bundle(MESSAGE, rekor=2, tsa=LocalSigstore()), SIGSTORE.bundle(MESSAGE, tsa=LocalSigstore()),
])  # fmt: skip
def test_services_that_the_root_does_not_know(made: Data) -> None:
    """A CA, a log, a CT log or a time-stamp authority of somebody else; one good source of several."""
    assert fault(made) == "bundle-untrusted"


def ended(name: str) -> Data:
    """The trusted root, whose service *name* ended at the new year."""
    other = LocalSigstore()
    other.__dict__.update(SIGSTORE.__dict__, end={name: datetime(2026, 1, 1, tzinfo=UTC)})
    return other.trusted_root()


@pytest.mark.parametrize(("name", "late"), [
    ("fulcio", "trust-root-stale"), ("ct", "trust-root-stale"), ("rekor", "trust-root-stale"),
    ("time", "bundle-untrusted"),
])  # fmt: skip
def test_a_service_beyond_its_window(name: str, late: str) -> None:
    """Before its end it serves; after it, its genuine signature does not, if sigstore lets it or not."""
    root = ended(name)
    old = SIGSTORE.bundle(MESSAGE, at=LAST_YEAR, rekor=2)
    assert verify(old, root=root)[0].identity == "zoe@example.org"
    assert fault(SIGSTORE.bundle(MESSAGE, rekor=2), root=root) == late


@pytest.mark.parametrize("kind", ["certificateAuthorities", "ctlogs", "tlogs"])
def test_a_retired_service_beside_its_successor(kind: str) -> None:
    """The root is not stale: it knows who serves now, and that is not who signed."""
    root = ended({"certificateAuthorities": "fulcio", "ctlogs": "ct", "tlogs": "rekor"}[kind])
    root[kind] += LocalSigstore().trusted_root()[kind]
    assert fault(SIGSTORE.bundle(MESSAGE), root=root) == "bundle-untrusted"


def test_a_service_without_a_window_serves_never() -> None:
    root = json.loads(json.dumps(ROOT))
    del root["tlogs"][0]["publicKey"]["validFor"]
    assert fault(SIGSTORE.bundle(MESSAGE), root=root) == "trust-root-stale"


def test_before_the_first_service_began() -> None:
    assert fault(SIGSTORE.bundle(MESSAGE, at=datetime(2019, 1, 1, tzinfo=UTC))) == "trust-root-stale"


@pytest.mark.parametrize("root", [
    [], {"mediaType": "größer"}, {**ROOT, "tlogs": []}, {**ROOT, "tlogs": 7},
    {**ROOT, "certificateAuthorities": [{}]},
    {**ROOT, "ctlogs": [{**ROOT["ctlogs"][0], "publicKey": {"validFor": {"start": "gestern"}}}]},
])  # fmt: skip
def test_a_trusted_root_that_is_none(root: Any) -> None:
    with pytest.raises(SurroundingsError) as refusal:
        bundle.verify(raw(SIGSTORE.bundle(MESSAGE)), MESSAGE, root=raw(root), where="x")
    assert (refusal.value.fault, refusal.value.exit_code) == ("trust-root-unusable", 4)


def test_without_sigstore(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not installed: it is said how to install it, and nothing passes."""
    monkeypatch.setitem(sys.modules, "sigstore.models", None)
    with pytest.raises(SurroundingsError) as refusal:
        verify(SIGSTORE.bundle(MESSAGE))
    assert refusal.value.fault == "sigstore-missing"
    assert "pip install 'cognify-audit[sigstore]'" in str(refusal.value)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"7", b'{"a":1,"a":2}', b"{" * 200, b" " * (bundle.MAX_BYTES + 1)]
)
def test_bytes_that_are_no_bundle(text: bytes) -> None:
    """Refused by a name: `json-…` or `bundle-…`."""
    with pytest.raises(CognifyError) as refusal:
        bundle.verify(text, MESSAGE, root=raw(ROOT), where="x")
    assert refusal.value.fault.startswith(("json-", "bundle-kind"))


@pytest.mark.parametrize("der", [b"\x0c\x81\x02ab", b"\x0c\x82\x00\x02ab", b"\x0c\x02ab"])
def test_a_der_text(der: bytes) -> None:
    assert bundle._utf8(der) == "ab"


@pytest.mark.parametrize("der", [b"\x0c\x03ab", b"\x16\x02ab", b"\x0c\x02abc"])
def test_no_der_text(der: bytes) -> None:
    with pytest.raises(ValueError):
        bundle._utf8(der)


@pytest.mark.parametrize("rekor", [1, 2])
def test_a_bundle_with_one_other_byte(rekor: int) -> None:
    """1,500 mutations: each is refused by name, or says exactly what the whole one says."""
    made = SIGSTORE.bundle(MESSAGE, rekor=rekor, tsa=True, at=LAST_YEAR)
    whole, expected = raw(made), verify(made)
    seed = random.Random(rekor)
    same = 0
    for _ in range(1500):
        changed = bytearray(whole)
        changed[seed.randrange(len(whole))] = seed.randrange(256)
        try:
            found = bundle.verify(bytes(changed), MESSAGE, root=raw(ROOT), where="x")
        except CognifyError as error:
            assert error.fault
            continue
        assert found == expected
        same += 1
    assert same < 150
