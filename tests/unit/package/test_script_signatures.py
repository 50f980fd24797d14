"""`verify.py` in the package: its own arithmetic against OpenSSH's signatures and published cases."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests import hardware
from tests.hardware import SecurityKey, string

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "tests/vectors/foreign"
MESSAGE = (VECTORS / "sshsig/message").read_bytes()
SPACE = "signoff.approve.v1@cognify.dev"
SIGNATURES = sorted(p for p in (VECTORS / "sshsig").glob("*.sig") if not p.name.startswith("rsa-2048"))
SPECCHECK = json.loads((VECTORS / "ed25519/speccheck.json").read_text())


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("package_verify", ROOT / "site_template/package/verify.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()


def fault(armour: bytes, message: bytes = MESSAGE, namespace: str = SPACE) -> str:
    """Why the script refuses *armour*; empty if it accepts."""
    try:
        SCRIPT.sshsig(armour, message, namespace)
    except SCRIPT.Fault as error:
        return str(error)
    return ""


@pytest.mark.parametrize("path", SIGNATURES, ids=lambda p: p.stem)
def test_openssh_signatures_hold(path: Path) -> None:
    """The script's own curves and RSA agree with OpenSSH, and with nothing that was changed."""
    public = path.with_name(path.name.split(".")[0] + ".pub").read_text().split()[1]
    assert SCRIPT.sshsig(path.read_bytes(), MESSAGE, SPACE) == public
    assert fault(path.read_bytes(), MESSAGE + b"x") == "the signature does not match"
    assert fault(path.read_bytes(), namespace="git") == "a signature for another purpose"


def test_short_rsa_is_refused() -> None:
    """2048 bits are too few for the script, too."""
    assert fault((VECTORS / "sshsig/rsa-2048.sha512.sig").read_bytes()) == "an RSA key that is too short"


@pytest.mark.parametrize("key", [SecurityKey.ed25519(), SecurityKey.ecdsa()], ids=["ed25519", "ecdsa"])
def test_hardware_keys(key: SecurityKey) -> None:
    """A touched security key holds, an untouched one does not."""
    assert fault(key.sign(MESSAGE, SPACE)) == ""
    assert fault(key.sign(MESSAGE, SPACE, flags=4)) == "the hardware key was not touched"
    assert fault(key.sign(MESSAGE, SPACE), MESSAGE + b"x") == "the signature does not match"


def test_both_rsa_algorithms() -> None:
    """rsa-sha2-256 and rsa-sha2-512 hold, SHA-1 is of an unknown kind."""
    private = rsa.generate_private_key(65537, 3072)
    for algorithm in ("rsa-sha2-256", "rsa-sha2-512"):
        assert fault(hardware.rsa_sshsig(private, MESSAGE, SPACE, algorithm)[0]) == ""
    assert fault(hardware.rsa_sshsig(private, MESSAGE, SPACE, "ssh-rsa")[0]) == "a key of unknown kind"


@pytest.mark.parametrize("number", range(10))
def test_published_ed25519_edge_cases(number: int) -> None:
    """The script accepts exactly what the strict verifier in Cognify accepts."""
    case = {name: bytes.fromhex(value) for name, value in SPECCHECK[number].items()}
    try:
        holds = SCRIPT.ed25519(case["pub_key"], case["signature"], case["message"])
    except SCRIPT.Fault:
        holds = False
    assert holds == (number in (2, 3))


@pytest.mark.parametrize("change", [{"magic": b"SSHSIX"}, {"version": 2}, {"hash_name": "md5"}])
def test_unusual_content(change: dict[str, object]) -> None:
    """Another format, another version, a weak hash: refused by name, not by a crash."""
    blob = string(b"ssh-ed25519") + string(b"\x05" * 32)
    value = string(b"ssh-ed25519") + string(b"\x05" * 64)
    assert fault(hardware.sshsig(blob, value, **{"namespace": SPACE, **change})) in (  # type: ignore[arg-type]
        "not SSHSIG version 1", "a weak hash",
    )  # fmt: skip


def test_armour_of_another_kind() -> None:
    """Text around the armour is refused."""
    armour = (VECTORS / "sshsig/ed25519.sha512.sig").read_bytes()
    assert fault(b"approved\n" + armour) == "not one armoured signature"
    assert fault(armour + armour) == "not one armoured signature"
