"""`verify.sh` and `verify.py` as a stranger runs them, on a genuine package and on forged ones."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import forge, parcel
from tests.browser.crimes import CRIMES
from tests.scenario import Scene

SCRIPTS = {"sh": ["sh", "verify.sh"], "py": [sys.executable, "verify.py"]}
VERSION = "inventory/models/credit-memo/1.0.0/"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def scene(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return sealed_scene.copy(tmp_path_factory.mktemp("packed") / "home")


@pytest.fixture(scope="module")
def files(scene: Scene) -> Files:
    return parcel.made(scene)


def run(script: str, files: Files, folder: Path, *arguments: str) -> tuple[int, str]:
    parcel.unpacked(files, folder)
    done = subprocess.run([*SCRIPTS[script], *arguments], cwd=folder, capture_output=True, check=False)
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_genuine_package_passes(script: str, files: Files, tmp_path: Path) -> None:
    """Five claims hold, and the genesis digest is printed and can be compared."""
    genesis = json.loads(files["package.json"])["genesis"]
    code, said = run(script, files, tmp_path, genesis)
    assert (code, said.count("PASS"), genesis in said) == (0, 5, True)
    assert run(script, files, tmp_path, "0" * 64)[0] == 3


def card(files: Files) -> None:
    files[f"{VERSION}card.yaml"] = files[f"{VERSION}card.yaml"].replace(b"informs", b"decides")


def left_out(files: Files) -> None:
    for path in [p for p in files if "/signoff.approve.tomas" in p]:
        del files[path]


def leaf(files: Files) -> None:
    files["log/leaves"] = files["log/leaves"].replace(b"signoff.approve", b"signoff.reject", 1)


def cut(files: Files) -> None:
    files["log/leaves"] = b"".join(files["log/leaves"].splitlines(keepends=True)[:-1])


def policy(files: Files) -> None:
    files["inventory/policy/0001.yaml"] += b"# looser\n"


def signers(files: Files) -> None:
    """Mara's key under the name of Ines, so that Mara's signature would count as Ines's."""
    name = "inventory/trust/allowed_signers"
    files[name] = files[name].replace(b"mara namespaces", b"ines namespaces")


def signature(files: Files) -> None:
    one = next(p for p in files if "/signoff.approve.ines" in p and p.endswith(".sig"))
    other = next(p for p in files if "/signoff.approve.tomas" in p and p.endswith(".sig"))
    files[one] = files[other]


def statement(files: Files) -> None:
    path = next(p for p in files if "/signoff.approve.ines" in p and p.endswith(".json"))
    files[path] = files[path].replace(b"approve it", b"reject it!")


def checkpoint(files: Files) -> None:
    text = files["log/checkpoint"].split(b"\n")
    files["log/checkpoint"] = b"\n".join([text[0], text[1], text[2][:-3] + b"AA=", *text[3:]])


def respelled(files: Files) -> None:
    """The last letter of the checkpoint's signature, in bits that base64 throws away."""
    text = files["log/checkpoint"]
    assert text.endswith(b"=\n")
    files["log/checkpoint"] = text[:-3] + bytes([text[-3] ^ 1]) + text[-2:]


def record_of_another(files: Files) -> None:
    """The manifest and what it lists are others, hung under the genuine log."""
    card(files)
    lines = files[f"{VERSION}MANIFEST.sha256"].decode().splitlines()
    lines = [f"{forge.sha256(files[VERSION + line[66:]])}  {line[66:]}\n" for line in lines]
    files[f"{VERSION}MANIFEST.sha256"] = "".join(lines).encode()


def copied(files: Files) -> None:
    """One approval is taken out, and another is there twice, so that their number is right again."""
    left_out(files)
    one = next(p for p in files if "/signoff.approve.ines" in p and p.endswith(".json"))
    for path in (one, f"{one}.sig"):
        files[path.replace(".ines.", ".tomas.")] = files[path]


def beside(files: Files) -> None:
    """One more file among the sealed evidence."""
    files[f"{VERSION}evidence/größe.json"] = b"{}\n"


def another_folder(files: Files) -> None:
    """One more version, which nobody sealed."""
    files[VERSION.replace("1.0.0", "9.0.0") + "card.yaml"] = files[f"{VERSION}card.yaml"]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("crime", [
    card, left_out, leaf, cut, policy, signers, signature, statement, checkpoint, respelled,
    record_of_another, copied, beside, another_folder,
], ids=lambda f: f.__name__)  # fmt: skip
def test_forgeries_with_right_checksums(
    crime: Callable[[Files], None], script: str, files: Files, tmp_path: Path
) -> None:
    """Whoever changes the package and its list of checksums together is found out by either script."""
    changed = dict(files)
    crime(changed)
    assert changed != files
    code, said = run(script, parcel.listed(changed), tmp_path)
    assert (code, said.count("FAIL  "), "Traceback" in said) == (3, 1, False), said


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_signature_exchanged(script: str, scene: Scene, files: Files, tmp_path: Path) -> None:
    """Ines's other key over the same bytes does not hold: the statement names the one that signed it."""
    path = next(p for p in files if "/signoff.approve.ines" in p and p.endswith(".json"))

    def signed_with(key: str, place: Path) -> tuple[int, str]:
        raw = forge.ssh_sign(scene, files[path], key, "signoff.approve.v1@cognify.dev")
        return run(script, parcel.listed({**files, f"{path}.sig": raw}), place)

    code, said = signed_with("ines2", tmp_path / "other")
    assert (code, "names another key than signed it" in said) == (3, True)
    assert signed_with("ines", tmp_path / "same")[0] == 0


@pytest.mark.parametrize("script", SCRIPTS)
def test_statements_of_another_record(script: str, scene: Scene, files: Files, tmp_path: Path) -> None:
    """Genuine statements of 1.1.0 do not stand in for the approvals of 1.0.0 that were taken out."""
    changed = {path: raw for path, raw in files.items() if "/signoff.approve." not in path}
    for path in sorted(scene.path("1.1.0", "statements").iterdir()):
        changed[f"{VERSION}statements/{path.name}"] = path.read_bytes()
    code, said = run(script, parcel.listed(changed), tmp_path)
    assert (code, said.count("FAIL  ")) == (3, 1), said


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_statement_of_the_inventory_hidden_by_a_copy(
    script: str, sealed_scene: Scene, tmp_path: Path
) -> None:
    """A retired key is taken out, and the genesis is there twice."""
    scene = sealed_scene.copy(tmp_path / "home")
    scene.must("key", "retire", scene.mark("ines2"), "--key", str(scene.key("ines")), "--yes")
    scene.commit("retire")
    scene.seal()
    files = parcel.made(scene)
    assert run(script, files, tmp_path / "genuine")[0] == 0
    changed = {path: raw for path, raw in files.items() if "/key.retire." not in path}
    for path in [p for p in changed if "/statements/genesis." in p]:
        changed[path.replace("genesis.", "genesiz.")] = changed[path]
    assert run(script, parcel.listed(changed), tmp_path / "forged")[0] == 3


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_file_that_is_not_listed(script: str, files: Files, tmp_path: Path) -> None:
    """One more file, and the package is not the one that was packed."""
    assert run(script, {**files, "größe.html": b"<p>approved"}, tmp_path)[0] == 3


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_link(script: str, files: Files, tmp_path: Path) -> None:
    """A link in place of a file is refused, though the bytes behind it are right."""
    parcel.unpacked(files, tmp_path / "p")
    place = tmp_path / "p" / VERSION / "card.yaml"
    place.rename(tmp_path / "card.yaml")
    place.symlink_to(tmp_path / "card.yaml")
    done = subprocess.run(SCRIPTS[script], cwd=tmp_path / "p", capture_output=True, check=False)
    assert done.returncode == 3


def test_a_tool_that_is_missing(files: Files, tmp_path: Path) -> None:
    """Without ssh-keygen the shell script cannot verify, and says so: exit 4, not 0 and not 3."""
    parcel.unpacked(files, tmp_path)
    tools = tmp_path.parent / f"{tmp_path.name}-bin"
    tools.mkdir()
    for tool in ("sh", "dirname", "awk", "sha256sum", "openssl", "base64", "od"):
        (tools / tool).symlink_to(subprocess.check_output(["which", tool], text=True).strip())
    done = subprocess.run(["sh", "verify.sh"], cwd=tmp_path, env={"PATH": str(tools)}, capture_output=True,
                          check=False)  # fmt: skip
    assert (done.returncode, done.stdout) == (4, b"CANNOT VERIFY: ssh-keygen is not installed\n")


def test_python_alone(files: Files, tmp_path: Path) -> None:
    """`verify.py` needs neither site-packages nor any other file: isolated mode, empty environment."""
    parcel.unpacked(files, tmp_path)
    done = subprocess.run([sys.executable, "-I", "-S", "verify.py"], cwd=tmp_path, env={}, capture_output=True,
                          check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture(scope="module")
def conditional(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """1.1.0 waits for Tomas, who approves it on a condition."""
    scene = sealed_scene.copy(tmp_path_factory.mktemp("conditional") / "home")
    scene.approve("1.1.0", "tomas", "--condition", "höchstens 30 Tage")
    return scene


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_condition_that_was_taken_on(script: str, conditional: Scene, tmp_path: Path) -> None:
    """A20: such a package passes."""
    scene = conditional.copy(tmp_path / "home")
    scene.must("state", "acknowledge", "credit-memo", "1.1.0", "--key", str(scene.key("mara")), "--yes")
    scene.commit("acknowledge")
    scene.seal()
    code, said = run(script, parcel.made(scene, "1.1.0"), tmp_path / "package")
    assert (code, said.count("PASS")) == (0, 5), said


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_condition_that_nobody_took_on(script: str, conditional: Scene, tmp_path: Path) -> None:
    """A20: sealed by force, packed by a blind Cognify: no script says yes."""
    scene = conditional.copy(tmp_path / "home")
    forge.seal_by_force(scene, "1.1.0")
    code, said = run(script, parcel.made(scene, "1.1.0", first=parcel.BLIND), tmp_path / "package")
    assert code == 4, said
    assert "approved on a condition that nobody acknowledged: tomas" in said.replace(
        "acknowledged:tomas", "acknowledged: tomas"
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_rejection_on_a_condition(script: str, sealed_scene: Scene, files: Files, tmp_path: Path) -> None:
    """A20: nothing but an approval is stated on a condition."""
    changed = CRIMES["rejected-on-a-condition"].do(sealed_scene, dict(files))
    code, said = run(script, parcel.listed(changed), tmp_path)
    assert (code, said.count("FAIL  ")) == (3, 1), said
    assert "is stated on a condition" in said
