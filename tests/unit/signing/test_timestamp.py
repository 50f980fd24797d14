"""RFC 3161 tokens of a real authority (`openssl ts`): what holds, and why what does not."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.utils import CryptographyDeprecationWarning

from cognify.errors import CognifyError
from cognify.signing import timestamp
from tests.authority import TimestampAuthority

TEXT = "log.example/größe\n5\nAAAA\n".encode()


@pytest.fixture(scope="module")
def zeit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimestampAuthority]:
    yield TimestampAuthority(tmp_path_factory.mktemp("a") / "zeit")


@pytest.fixture(scope="module")
def andere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimestampAuthority]:
    yield TimestampAuthority(tmp_path_factory.mktemp("b") / "andere", "Andere Größe")


def pinned(**authorities: bytes) -> dict[str, tuple[timestamp.Pinned, ...]]:
    return {name: (timestamp.parse_certificates(name, pem, where=name),) for name, pem in authorities.items()}


def opened(
    raw: bytes, name: str, known: dict[str, tuple[timestamp.Pinned, ...]], nonce: int | None = None
) -> object:
    """The time, or the fault's id."""
    try:
        return timestamp.open_token(raw, TEXT, name, known, nonce=nonce, where="größe.tsr")[0]
    except CognifyError as error:
        return error.fault


def test_what_was_asked_for_is_opened(zeit: TimestampAuthority) -> None:
    """By its root alone, or with the very certificate pinned; and only for the request that was sent."""
    wanted = timestamp.request(TEXT)
    raw = zeit.reply(wanted.raw)
    for pem in (zeit.root, zeit.root + zeit.own):
        known = pinned(zeit=pem)
        at = opened(raw, "zeit", known, wanted.nonce)
        assert isinstance(at, datetime)
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
        assert opened(raw, "zeit", known, wanted.nonce + 1) == "tsa-mismatch"


def test_a_signer_that_is_pinned_is_the_only_one(zeit: TimestampAuthority, tmp_path: Path) -> None:
    """Another certificate below the same root does not do, nor one below an unknown one."""
    other = TimestampAuthority(tmp_path / "other", "Größe TSA")
    raw = zeit.stamp(TEXT)
    assert opened(raw, "zeit", pinned(zeit=zeit.root + other.own)) == "tsa-untrusted"
    assert opened(raw, "zeit", pinned(zeit=other.root)) == "tsa-untrusted"


def test_no_authority_lends_its_roots_to_the_next(
    zeit: TimestampAuthority, andere: TimestampAuthority
) -> None:
    """A builder that is used for two authorities keeps the roots of the first: here none is."""
    known = pinned(zeit=zeit.root, andere=andere.root)
    token, other = zeit.stamp(TEXT), andere.stamp(TEXT)
    for _ in range(2):
        assert isinstance(opened(token, "zeit", known), datetime)
        assert opened(token, "andere", known) == "tsa-mismatch"
        assert isinstance(opened(other, "andere", known), datetime)
        assert opened(other, "zeit", known) == "tsa-mismatch"
        assert opened(other, "zeit", {"zeit": known["zeit"]}) == "tsa-untrusted"


def test_a_certificate_for_something_else_does_not_stamp(tmp_path: Path) -> None:
    """Extended key usage must be time-stamping, critical and alone (RFC 3161 section 2.3)."""
    server = TimestampAuthority(tmp_path / "server", usage=False)
    raw = server.stamp(TEXT, datetime.now(UTC))
    assert opened(raw, "zeit", pinned(zeit=server.root)) == "tsa-untrusted"


def test_a_certificate_that_had_ended(tmp_path: Path) -> None:
    """It is judged at the time that the token states, not today."""
    ended = datetime.now(UTC) - timedelta(days=10)
    old = TimestampAuthority(tmp_path / "old", until=ended)
    known = pinned(zeit=old.root)
    assert isinstance(opened(old.stamp(TEXT, ended - timedelta(days=1)), "zeit", known), datetime)
    assert opened(old.stamp(TEXT, ended + timedelta(days=1)), "zeit", known) == "tsa-certificate-expired"


def test_over_other_bytes_or_refused(zeit: TimestampAuthority) -> None:
    """The imprint is this text's, and the answer is a grant."""
    known = pinned(zeit=zeit.root)
    assert opened(zeit.stamp(b"anderes"), "zeit", known) == "tsa-imprint"
    granted = zeit.stamp(TEXT, datetime.now(UTC))
    at = granted.index(b"\x02\x01\x00")
    assert opened(granted[: at + 2] + b"\x01" + granted[at + 3 :], "zeit", known) == "tsa-token-malformed"


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_byte_can_change_what_it_says(zeit: TimestampAuthority) -> None:
    """A changed token is refused by an id, or still says the same time; it never crashes a reader."""
    known, raw = pinned(zeit=zeit.root), zeit.stamp(TEXT)
    at, choice = opened(raw, "zeit", known), random.Random(7)
    assert issubclass(CryptographyDeprecationWarning, UserWarning)
    for _ in range(400):
        changed = bytearray(raw)
        changed[choice.randrange(len(raw))] ^= 1 << choice.randrange(8)
        found = opened(bytes(changed), "zeit", known)
        assert found == at or str(found).startswith("tsa-"), found
    for cut in range(0, len(raw), 37):
        assert opened(raw[:cut], "zeit", known) == "tsa-token-malformed"
    assert opened(raw + b"x", "zeit", known) == "tsa-token-malformed"


@pytest.mark.parametrize(
    "pem", ["", "größe", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_certificates_that_cannot_be_used(pem: str) -> None:
    """None, junk, and one that is not a certificate."""
    with pytest.raises(CognifyError) as caught:
        timestamp.parse_certificates("zeit", pem.encode(), where="x")
    assert caught.value.fault == "tsa-certificates"


def test_a_root_is_needed(zeit: TimestampAuthority) -> None:
    """A signer alone has nothing to lead to."""
    with pytest.raises(CognifyError) as caught:
        pinned(zeit=zeit.own)
    assert caught.value.fault == "tsa-certificates"


def test_what_stands_below_a_root_is_told_apart(zeit: TimestampAuthority) -> None:
    """Authorities are intermediates; all others are signers, whatever extensions they lack."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Größe")])
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Wurzel")])
    now = datetime.now(UTC)
    plain = (
        x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(key.public_key())
        .serial_number(7).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    )  # fmt: skip
    below = plain.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    pems = [
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) for made in (plain, below)
    ]
    found = timestamp.parse_certificates("zeit", zeit.root + b"".join(pems) + zeit.own, where="x")
    assert (len(found.roots), len(found.intermediates), len(found.signers)) == (1, 1, 2)


def test_a_certificate_without_a_purpose_does_not_stamp(tmp_path: Path) -> None:
    """No extended key usage at all is every purpose, and so none that is enough."""
    server = TimestampAuthority(tmp_path / "server", usage=None)
    raw = server.stamp(TEXT, datetime.now(UTC))
    assert opened(raw, "zeit", pinned(zeit=server.root)) == "tsa-untrusted"


def test_without_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: where it is not installed, a message says how to get it."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(CognifyError) as caught:
        timestamp.request(TEXT)
    assert (caught.value.fault, caught.value.exit_code) == ("rfc3161-missing", 4)
