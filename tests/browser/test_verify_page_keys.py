"""`verify.html` and every kind of key that a policy may name, hardware keys among them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from cognify.records.policy import Key
from tests import forge, parcel, scenario
from tests.browser import crimes
from tests.browser.crimes import Files
from tests.browser.test_verify_page import Desk, judged_by_cognify, opened, packed
from tests.hardware import SecurityKey, rsa_sshsig, sshsig, string
from tests.scenario import Scene

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

APPROVE = "signoff.approve.v1@cognify.dev"
OF_FILES = {
    "p256": ("ecdsa", "256"),
    "p384": ("ecdsa", "384"),
    "p521": ("ecdsa", "521"),
    "rsa": ("rsa", "3072"),
}
TOUCHES = {"stick": SecurityKey.ed25519(), "token": SecurityKey.ecdsa()}
OLD_RSA = rsa.generate_private_key(public_exponent=65537, key_size=3072)


def by_old_rsa(message: bytes) -> bytes:
    return rsa_sshsig(OLD_RSA, message, APPROVE, "rsa-sha2-256")[0]


# People whose signatures are made by hand: two hardware keys, and RSA by the hash that ssh-keygen never writes.
BY_HAND: dict[str, Callable[[bytes], bytes]] = {
    "stick": lambda message: TOUCHES["stick"].sign(message, APPROVE),
    "token": lambda message: TOUCHES["token"].sign(message, APPROVE),
    "oldrsa": by_old_rsa,
}


def approve_by_hand(scene: Scene, person: str, public: str, sign: Callable[[bytes], bytes]) -> None:
    raw = forge.jcs(forge.approval(scene, "1.0.0", person=person, signer=Key(public).mark))
    path = scene.path("1.0.0", "statements") / f"signoff.approve.{person}.{forge.sha256(raw)[:8]}.json"
    path.write_bytes(raw)
    path.with_name(f"{path.name}.sig").write_bytes(sign(raw))
    scene.commit(f"approve by {person}")


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """1.0.0 is approved in the role model-risk by one person for each kind of key, and sealed."""
    home = tmp_path_factory.mktemp("keyring")
    publics = {name: key.public for name, key in TOUCHES.items()}
    publics["oldrsa"] = rsa_sshsig(OLD_RSA, b"", APPROVE, "rsa-sha2-256")[1]
    for person, (kind, bits) in OF_FILES.items():
        command = ["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-f", str(home / person)]
        subprocess.run(command, check=True)
        publics[person] = (home / f"{person}.pub").read_text().rsplit(" ", 1)[0]
    people = "".join(
        f'  {person}:\n    name: Zoë {person}\n    roles: [model-risk]\n    keys: [{{{{ssh: "{key}"{extra}}}}}]\n'
        for person, key in publics.items()
        for extra in [", touch: true" if person in TOUCHES else ""]
    )
    scene = scenario.found(
        home / "home", policy=scenario.POLICY.replace("exclusive_roles:", f"{people}exclusive_roles:")
    )
    scene.write_version("1.0.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")
    scene.commit("capture 1.0.0")
    scene.propose("1.0.0")
    scene.approve("1.0.0", "tomas")
    scene.approve("1.0.0", "ines", "--role", "model-risk")
    for person in OF_FILES:
        scene.must("approve", scenario.MODEL, "1.0.0", "--key", str(home / person), "--yes")
        scene.commit(f"approve by {person}")
    for person, sign in BY_HAND.items():
        approve_by_hand(scene, person, publics[person], sign)
    scene.seal()
    return scene


@pytest.fixture(scope="module")
def files(keyring: Scene) -> Files:
    return parcel.made(keyring)


@pytest.fixture
def desk(watched: Watched) -> Desk:
    return opened(watched)


def test_every_kind_of_key(desk: Desk, keyring: Scene, files: Files) -> None:
    """Ed25519, ECDSA over three curves, RSA by two hashes, and two kinds of hardware keys hold."""
    said = desk.judge(packed(files))
    assert (said.verdict, said.ids) == ("pass", ()), said.text
    trail = desk.page.locator("#trail").inner_text()
    assert [person for person in (*OF_FILES, *BY_HAND) if person not in trail] == []
    assert judged_by_cognify(keyring, packed(files)).code == 0
    assert desk.watched.is_quiet()


@pytest.mark.parametrize("person", [*OF_FILES, *BY_HAND])
def test_another_text(desk: Desk, keyring: Scene, files: Files, person: str, tmp_path: Path) -> None:
    """A signature of each kind over another text does not hold, in armour that is all right."""
    path = f"{crimes.find(files, f'signoff.approve.{person}.')}.sig"
    raw = files[path.removesuffix(".sig")] + b" "
    if person in BY_HAND:
        signature = BY_HAND[person](raw)
    else:
        key = keyring.home.parent / person
        command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", APPROVE]
        signature = subprocess.run(command, input=raw, capture_output=True, check=True).stdout
    forged = packed({**files, path: signature})
    said = desk.judge(forged)
    assert (said.verdict, said.ids) == ("fail", ("signature-invalid",)), said.text
    assert "signature-invalid" in judged_by_cognify(keyring, forged).ids


@pytest.mark.parametrize("person", TOUCHES)
def test_a_hardware_key_that_nobody_touched(desk: Desk, keyring: Scene, files: Files, person: str) -> None:
    """`touch-missing`, whatever the signature says."""
    path = crimes.find(files, f"signoff.approve.{person}.")
    forged = packed({**files, f"{path}.sig": TOUCHES[person].sign(files[path], APPROVE, flags=0)})
    assert desk.judge(forged).ids == ("touch-missing",)
    assert "touch-missing" in judged_by_cognify(keyring, forged).ids


def test_keys_that_are_not_accepted(desk: Desk, keyring: Scene, files: Files) -> None:
    """RSA of 2048 bits, and an Ed25519 key of small order: `bad-key` before anything is computed with them."""
    path = crimes.find(files, "signoff.approve.oldrsa.")
    short = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    blob = string(b"ssh-ed25519") + string(bytes([1, *bytes(31)]))
    signatures = [
        rsa_sshsig(short, files[path], APPROVE, "rsa-sha2-512")[0],
        sshsig(blob, string(b"ssh-ed25519") + string(bytes([1, *bytes(63)])), APPROVE),
    ]
    for signature in signatures:
        forged = packed({**files, f"{path}.sig": signature})
        assert desk.judge(forged).ids == ("bad-key",)
        assert "bad-key" in judged_by_cognify(keyring, forged).ids


def test_one_key_of_two_people(desk: Desk, keyring: Scene, files: Files) -> None:
    """A list of keys that gives one key to two people is not believed, even if a genesis binds it."""
    lines = files["inventory/trust/allowed_signers"].splitlines(keepends=True)
    twin = b"zoe " + lines[1].split(b" ", 1)[1]
    said = desk.judge(packed({**files, "inventory/trust/allowed_signers": b"".join([*lines, twin])}))
    assert said.verdict == "fail"
    assert set(said.ids) == {"trust-changed", "policy-schema"}


def test_one_person_alone(desk: Desk, tmp_path: Path) -> None:
    """A solo inventory holds together, and the page says that its approver is its author."""
    scene = scenario.Scene(tmp_path)
    scenario.found(tmp_path)  # its keys and settings; the inventory beside it is the one of one person
    root = tmp_path / "solo"
    assert (
        scene.cognify("init", str(root), "--name", "solo", "--key", str(scene.key("mara")), cwd=tmp_path).code
        == 0
    )
    scene.root = root
    scene.write_version("1.0.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")
    scene.commit("capture")
    scene.propose("1.0.0")
    scene.approve("1.0.0", "mara")
    scene.seal()
    files = parcel.made(scene)
    said = desk.judge(packed(files))
    assert (said.verdict, said.ids) == ("pass", ()), said.text
    person = json.loads(files[crimes.find(files, "record.propose")])["predicate"]["person"]
    assert f"Not independent: {person} contributed to this version and approved it." in said.text
    assert desk.page.locator(".cg-warn").is_visible()
