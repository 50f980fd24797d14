"""SSH signatures in process, with `ssh-keygen` as the oracle."""

from __future__ import annotations

import base64
import json
import random
import subprocess
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cognify.errors import SignatureInvalid
from cognify.signing import ed25519, sshsig
from tests import hardware
from tests.hardware import SecurityKey, mpint, string

VECTORS = Path(__file__).parents[2] / "vectors/foreign"
MESSAGE = (VECTORS / "sshsig/message").read_bytes()
SPACE = "signoff.approve.v1@cognify.dev"
SIGNATURES = sorted(
    path for path in (VECTORS / "sshsig").glob("*.sig") if not path.name.startswith("rsa-2048")
)
SPECCHECK = json.loads((VECTORS / "ed25519/speccheck.json").read_text())
KEYS = {
    "ed25519": SecurityKey.ed25519(),
    "ecdsa": SecurityKey.ecdsa(),
}


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 3072)


def fault(armour: bytes, message: bytes = MESSAGE, *, namespace: str = SPACE, touch: bool = False) -> str:
    """The id under which *armour* is refused; empty if it is accepted."""
    try:
        sshsig.verify(sshsig.parse(armour), message, namespace=namespace, touch=touch)
    except SignatureInvalid as error:
        return error.fault
    return ""


def oracle(public: str, armour: bytes, folder: Path, message: bytes = MESSAGE) -> bool:
    """What `ssh-keygen -Y verify` says."""
    (folder / "signers").write_text(f'zoë namespaces="{SPACE}" {public}\n')
    (folder / "sig").write_bytes(armour)
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", str(folder / "signers"), "-I", "zoë", "-n", SPACE,
         "-s", str(folder / "sig")],
        input=message, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


@pytest.mark.parametrize("path", SIGNATURES, ids=lambda p: p.stem)
def test_openssh_signatures_hold(path: Path, tmp_path: Path) -> None:
    """Every key type that OpenSSH signs with, both hashes: it and we accept, and name one key."""
    public = path.with_name(path.name.split(".")[0] + ".pub").read_text().strip()
    armour = path.read_bytes()
    assert fault(armour) == ""
    assert oracle(public, armour, tmp_path)
    assert sshsig.parse(armour).key == public.split()[1]
    assert fault(armour, MESSAGE + b"\n") == "signature-invalid"


@pytest.mark.parametrize("path", SIGNATURES, ids=lambda p: p.stem)
def test_fingerprints_are_what_ssh_keygen_prints(path: Path) -> None:
    """`SHA256:…` as a person would compare it."""
    public = path.with_name(path.name.split(".")[0] + ".pub")
    said = subprocess.run(["ssh-keygen", "-l", "-f", public], capture_output=True, check=True).stdout
    assert sshsig.fingerprint(sshsig.parse(path.read_bytes()).key_blob) == said.decode().split()[1]


def test_a_short_rsa_key_is_refused_where_openssh_accepts_it(tmp_path: Path) -> None:
    """2048 bits are `bad-key`, on purpose stricter than `ssh-keygen`."""
    armour = (VECTORS / "sshsig/rsa-2048.sha512.sig").read_bytes()
    assert oracle((VECTORS / "sshsig/rsa-2048.pub").read_text().strip(), armour, tmp_path)
    assert fault(armour) == "bad-key"


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("flags", [hardware.TOUCHED, hardware.TOUCHED | hardware.VERIFIED])
def test_hardware_keys_hold(kind: str, flags: int, tmp_path: Path) -> None:
    """A touched security key: OpenSSH and we accept, also where the policy demands touch."""
    armour = KEYS[kind].sign(MESSAGE, SPACE, flags=flags)
    assert oracle(KEYS[kind].public, armour, tmp_path)
    assert fault(armour) == ""
    assert fault(armour, touch=True) == ""


@pytest.mark.parametrize("kind", KEYS)
def test_an_untouched_hardware_key_is_refused(kind: str, tmp_path: Path) -> None:
    """OpenSSH does not look at the flag for SSHSIG; `touch-missing` does."""
    armour = KEYS[kind].sign(MESSAGE, SPACE, flags=0)
    assert oracle(KEYS[kind].public, armour, tmp_path)
    assert fault(armour) == "touch-missing"


def test_touch_can_be_demanded_of_hardware_only() -> None:
    """A key in a file cannot meet a demand for touch."""
    assert fault((VECTORS / "sshsig/ed25519.sha512.sig").read_bytes(), touch=True) == "touch-missing"


@pytest.mark.parametrize("kind", KEYS)
def test_flags_and_counter_are_signed(kind: str) -> None:
    """Flags that are changed afterwards void the signature."""
    raw = sshsig.parse(KEYS[kind].sign(MESSAGE, SPACE, flags=hardware.TOUCHED))
    changed = raw.blob[:-5] + bytes([raw.blob[-5] | hardware.VERIFIED]) + raw.blob[-4:]
    assert fault(hardware.sshsig(raw.key_blob, changed, SPACE)) == "signature-invalid"


@pytest.mark.parametrize("algorithm", ["rsa-sha2-256", "rsa-sha2-512"])
def test_both_rsa_algorithms_hold(algorithm: str, tmp_path: Path) -> None:
    """Agents may sign with rsa-sha2-256, which ssh-keygen reads and never writes."""
    armour, public = hardware.rsa_sshsig(rsa_key(), MESSAGE, SPACE, algorithm)
    assert oracle(public, armour, tmp_path)
    assert fault(armour) == ""


def test_sha1_is_refused(tmp_path: Path) -> None:
    """The algorithm `ssh-rsa` (SHA-1) is refused by OpenSSH and by us."""
    armour, public = hardware.rsa_sshsig(rsa_key(), MESSAGE, SPACE, "ssh-rsa")
    assert not oracle(public, armour, tmp_path)
    assert fault(armour) == "signature-invalid"


@pytest.mark.parametrize("other", ["signoff.reject.v1@cognify.dev", "git", "file", ""])
def test_a_signature_for_one_purpose_serves_no_other(other: str) -> None:
    """The namespace is compared, never read from the file."""
    assert fault((VECTORS / "sshsig/ed25519.sha512.sig").read_bytes(), namespace=other) == "namespace"


def ed25519_armour(key: bytes, value: bytes, message: bytes) -> bytes:
    blob = string(b"ssh-ed25519") + string(key)
    return hardware.sshsig(blob, string(b"ssh-ed25519") + string(value), SPACE)


@pytest.mark.parametrize("number", [0, 1])
def test_keys_of_small_order_are_refused(number: int) -> None:
    """Published cases 0 and 1: a key that holds for every message is `bad-key`."""
    case = SPECCHECK[number]
    armour = ed25519_armour(bytes.fromhex(case["pub_key"]), bytes.fromhex(case["signature"]), b"")
    assert fault(armour) == "bad-key"


@pytest.mark.parametrize("number", range(10))
def test_published_edge_cases(number: int) -> None:
    """Every published way to make verifiers disagree is refused: by its key, or by its signature."""
    case = {name: bytes.fromhex(value) for name, value in SPECCHECK[number].items()}
    whole = ed25519.is_usable(case["pub_key"])
    assert not (whole and ed25519.holds(case["pub_key"], case["signature"], case["message"]))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_is_32_bytes(length: int) -> None:
    """Bytes of another length are no key."""
    assert not ed25519.is_usable(b"\x05" * length)


@pytest.mark.parametrize("more", [-1, 1])
def test_a_signature_is_64_bytes(more: int) -> None:
    """A longer or shorter signature never borrows from the message, or lends to it."""
    seed = ed25519.new_seed()
    public, value = ed25519.public_of(seed), ed25519.sign(seed, "größe".encode())
    assert ed25519.is_usable(public)
    assert ed25519.holds(public, value, "größe".encode())
    assert not ed25519.holds(public, (value + b"g")[: 64 + more], "röße".encode())


def test_s_plus_the_group_order_is_refused() -> None:
    """A signature has one spelling (RFC 8032, 5.1.7: S is below L)."""
    private = Ed25519PrivateKey.generate()
    value = private.sign(hardware.to_sign(MESSAGE, SPACE))
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(value[32:], "little") + order
    twice = value[:32] + s.to_bytes(32, "little")
    public = private.public_key().public_bytes_raw()
    assert fault(ed25519_armour(public, value, MESSAGE)) == ""
    assert fault(ed25519_armour(public, twice, MESSAGE)) == "signature-invalid"


@pytest.mark.parametrize("blob", [
    b"", string(b"ssh-ed25519"), string(b"ssh-ed25519") + string(b"x" * 31),
    string(b"ssh-ed25519") + string(b"\x05" * 32) + b"x", string(b"ssh-dss") + string(b"x"),
    string(b"ssh-ed25519-cert-v01@openssh.com") + string(b"x" * 32), string("größe".encode()),
    string(b"ecdsa-sha2-nistp256") + string(b"nistp384") + string(b"x"),
    string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(b"\x04" + b"\x01" * 64),
    string(b"ecdsa-sha2-nistp999") + string(b"nistp999") + string(b"x"),
    string(b"sk-ssh-ed25519@openssh.com") + string(b"\x05" * 32),
    string(b"ssh-rsa") + mpint(1) + mpint(2**3072 - 1), string(b"ssh-rsa") + mpint(65537) + mpint(2**20000 - 1),
    string(b"ssh-rsa") + mpint(2**40 + 1) + mpint(2**3072 - 1),
    string(b"ssh-rsa") + string(b"\x00\x01\x00\x01") + mpint(2**3072 - 1),
    string(b"ssh-rsa") + string(b"\xff") + mpint(2**3072 - 1),
    string(b"ssh-rsa") + mpint(65536) + mpint(2**3072 - 2),
])  # fmt: skip
def test_keys_that_are_none(blob: bytes) -> None:
    """Truncated, padded, negative, too short, too long, of an unknown kind: `bad-key`."""
    with pytest.raises(SignatureInvalid) as refusal:
        sshsig.load_key(blob)
    assert refusal.value.fault == "bad-key"


GOOD = (VECTORS / "sshsig/ecdsa-256.sha256.sig").read_bytes()
BODY = GOOD.split(b"\n")


@pytest.mark.parametrize("armour", [
    b"", b"x", GOOD + b"\n", b"\n" + GOOD, GOOD + GOOD, GOOD.replace(b"\n", b"\r\n"),
    GOOD[:-1], b"# approved\n" + GOOD, b"\n".join([*BODY[:2], BODY[2][:30], BODY[2][30:], *BODY[3:]]),
    GOOD.replace(BODY[1], BODY[1][:-1] + b"*"), GOOD.replace(BODY[1], BODY[1][:-1] + b" "),
    GOOD.replace(b"SSH SIGNATURE", b"PGP SIGNATURE"), hardware.armour(b"x" * 20_000),
])  # fmt: skip
def test_one_signature_has_one_armour(armour: bytes) -> None:
    """Trailing text, a second block, other line breaks: one signature cannot be shown as many files."""
    assert fault(armour) == "signature-not-canonical"


@pytest.mark.parametrize("change", [
    {"magic": b"SSHSIX"}, {"version": 2}, {"reserved": b"x"}, {"hash_name": "md5"},
    {"hash_name": "sha1"}, {"hash_name": "größe"}, {"tail": b"x"}, {"namespace": "größe"},
])  # fmt: skip
def test_unusual_content_is_refused(change: dict[str, object]) -> None:
    """Another version, a reserved field that is used, a weak hash, bytes after the end."""
    parsed = sshsig.parse(GOOD)
    arguments = {"namespace": SPACE, "hash_name": "sha256", **change}
    assert fault(hardware.sshsig(parsed.key_blob, parsed.blob, **arguments)) == "signature-invalid"  # type: ignore[arg-type]


@pytest.mark.parametrize("path", SIGNATURES, ids=lambda p: p.stem)
def test_truncation_anywhere_is_refused(path: Path) -> None:
    """Cut after any byte, in the armour or below it, and there is a refusal and no crash."""
    armour = path.read_bytes()
    raw = base64.b64decode(b"".join(armour.split(b"\n")[1:-2]))
    assert all(fault(armour[:at]) for at in range(len(armour)))
    assert all(fault(hardware.armour(raw[:at])) for at in range(len(raw)))


def accepts(armour: bytes, folder: Path) -> bool:
    (folder / "sig").write_bytes(armour)
    done = subprocess.run(
        ["ssh-keygen", "-Y", "check-novalidate", "-n", SPACE, "-s", str(folder / "sig")],
        input=MESSAGE, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


@pytest.mark.parametrize("name", ["ed25519.sha512", "ecdsa-384.sha256", "rsa-3072.sha512"])
def test_mutations_are_judged_as_openssh_judges_them(name: str, tmp_path: Path) -> None:
    """Of 200 mutations of each, none is accepted that `ssh-keygen` refuses."""
    armour = (VECTORS / f"sshsig/{name}.sig").read_bytes()
    raw = base64.b64decode(b"".join(armour.split(b"\n")[1:-2]))
    chance = random.Random(name)
    for _ in range(200):
        changed = bytearray(raw)
        for _ in range(chance.choice((1, 1, 1, 2, 5))):
            changed[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.1:
            changed = changed[: chance.randrange(len(changed))] + changed[chance.randrange(len(changed)) :]
        mutant = hardware.armour(bytes(changed))
        if fault(mutant) == "":
            assert accepts(mutant, tmp_path), base64.b64encode(bytes(changed))


def test_the_oracle_and_we_accept_the_same_originals(tmp_path: Path) -> None:
    """The comparison above is not empty: what nobody changed is accepted by both."""
    for path in SIGNATURES:
        assert (accepts(path.read_bytes(), tmp_path), fault(path.read_bytes())) == (True, "")


def test_a_compressed_point_is_refused() -> None:
    """OpenSSH writes points uncompressed, and no other spelling is a key here."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.load_key(string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(point))
    assert caught.value.fault == "bad-key"
