"""Sign-off by login, from the command line to a stranger who has the package and no network."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cognify.cli import hand
from tests import logins, parcel
from tests.localservices import Services
from tests.localsigstore import IDP, claims, token
from tests.scenario import MODEL, Done, Scene

# What `python -m cognify` runs as, where sigstore is not installed.
WITHOUT = "import sys; sys.modules['sigstore'] = None; from cognify.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with Services() as found:
        yield found


@pytest.fixture(scope="module", params=[1, 2], ids=["rekor-1", "rekor-2"])
def founded(
    request: pytest.FixtureRequest, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Scene:
    return logins.found(tmp_path_factory.mktemp("logins") / "home", services, rekor=request.param)


@pytest.fixture
def scene(founded: Scene, services: Services, tmp_path: Path) -> Scene:
    services.out_of_order = set()
    return founded.copy(tmp_path / "home")


def approve(scene: Scene, *more: str, said: str | None = None, verb: str = "approve") -> Done:
    given = token(claims()) if said is None else said
    return scene.cognify(verb, MODEL, "1.0.0", "--sigstore", "--yes", *more, COGNIFY_IDENTITY_TOKEN=given)


def alone(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run *command* in a namespace that has no network at all."""
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        if "COGNIFY_TESTS_MUST_RUN" in os.environ:
            pytest.fail("no `unshare -rn`, where every test must run")
        pytest.skip("no network namespaces: install util-linux and allow unprivileged user namespaces")
    return subprocess.run(["unshare", "-rn", *command], cwd=cwd, capture_output=True, text=True, check=False)


def test_a_login_signs_off(scene: Scene) -> None:
    """Approved by login, sealed, verified without any network; package and scripts say what they can."""
    done = approve(scene)
    assert (done.code, "you sign" in done.err, '"person":"zoe"' in done.err) == (0, True, True)
    assert "keep for ever" in done.err
    assert done.out.split()[1].endswith(".json.sigstore.json")
    scene.commit("approve")
    assert "sealed     credit-memo 1.0.0" in scene.seal().out
    verified = alone(sys.executable, "-m", "cognify", "verify", "--format", "json", cwd=scene.root)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    report = Done(0, verified.stdout, "").json()
    zoe = next(a for a in report["records"][0]["approvals"] if a["person"] == "zoe")
    assert (zoe["level"], zoe["identity"], zoe["issuer"]) == ("L2", "zoe@example.org", IDP)
    assert zoe["signed_at"].endswith("Z")
    assert f"that {IDP} let nobody log in as somebody else" in report["not_proven"]
    said = scene.must("verify").out
    assert f"own login (zoe@example.org, as {IDP} says) signed this exact text" in said
    assert f"as zoe@example.org ({IDP})" in scene.must("log").out
    listed = scene.must("log", "--format", "json").json()
    assert [entry["identity"] for entry in listed if "identity" in entry] == ["zoe@example.org"]
    archive = scene.home / "package.zip"
    scene.must("package", MODEL, "1.0.0", "-o", str(archive))
    verified = alone(sys.executable, "-m", "cognify", "verify", str(archive), cwd=scene.home)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    _scripts(scene)


def _scripts(scene: Scene) -> None:
    """The package's scripts judge keys, and say that they do not judge logins; never pass, never fail."""
    files = parcel.made(scene)
    bundle = next(path for path in files if path.endswith(".sigstore.json"))
    name = bundle.removesuffix(".sigstore.json")
    crimes = {
        "genuine": (files, 4),
        "both": ({**files, f"{name}.sig": b"x"}, 3),
        "alone": ({**files, f"{name}.x.json.sigstore.json": b"{}"}, 3),
        "edited": ({**files, name: files[name].replace(b"approve it", b"reject it!")}, 3),
    }
    for crime, (packed, code) in crimes.items():
        folder = parcel.unpacked(parcel.listed(packed), scene.home / "unpacked" / crime)
        for script in (["sh", "verify.sh"], [sys.executable, "verify.py"]):
            done = subprocess.run(script, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == code, done.stdout
            assert ("CANNOT VERIFY: what " in done.stdout) == (code == 4)


def test_the_pages_name_the_login(scene: Scene) -> None:
    """Who vouched stands beside the approval, with a command that checks it without Cognify."""
    assert approve(scene).code == 0
    scene.commit("approve")
    scene.seal()
    scene.must("site", "build", "-o", str(scene.home / "site"))
    text = "".join(page.read_text() for page in (scene.home / "site").rglob("*.html"))
    assert f"own login (zoe@example.org, as {IDP} says)" in text
    shown = re.search(r"<code[^>]*>(printf .*?)</code>", text, re.S)
    assert shown
    command = html.unescape(re.sub(r"<[^>]+>", "", shown[1])).replace(
        "sigstore --trust", f"{sys.executable} -m sigstore --trust"
    )
    done = alone("sh", "-c", command, cwd=scene.root)
    assert (done.returncode, done.stderr.startswith("OK: ")) == (0, True), done.stderr
    done = alone("sh", "-c", command.replace("zoe@example.org", "eve@example.org"), cwd=scene.root)
    assert done.returncode == 1


def test_every_sign_off_by_login(scene: Scene) -> None:
    """Rejected, withdrawn, approved, and all of it verifies."""
    for verb in ("reject", "withdraw", "approve"):
        assert approve(scene, verb=verb).code == 0
        scene.commit(verb)
    scene.seal()
    assert scene.verify().code == 0


def test_a_token_from_a_file(scene: Scene) -> None:
    """The option stands before the environment."""
    file = scene.home / "token"
    file.write_text(token(claims()) + "\n")
    assert approve(scene, "--identity-token", str(file), said="größer").code == 0
    assert approve(scene, "--identity-token", str(scene.home)).ids == {"identity-token-unusable"}
    done = scene.cognify("approve", MODEL, "1.0.0", "--identity-token", str(file))
    assert (done.code, done.ids) == (2, {"usage"})


@pytest.mark.parametrize(("said", "broken", "id", "code"), [
    ({"email": "eve@example.org"}, "", "identity-not-a-person", 3),
    ({"issuer": "https://other.example.org"}, "", "identity-not-a-person", 3),
    ({"exp": 1}, "", "identity-token-unusable", 2),
    ({}, "/api/v2/signingCert", "sigstore-failed", 4),
    ({}, "/api/v{}/log/entries", "sigstore-failed", 4),
])  # fmt: skip
def test_what_is_refused(
    said: dict[str, Any], broken: str, id: str, code: int, scene: Scene, services: Services
) -> None:
    """A stranger's login, one at another issuer, an old token, services that are down: nothing is left."""
    services.out_of_order = {broken.format(rekor) for rekor in (1, 2)}
    done = approve(scene, said=token(claims(**said)))
    assert (done.code, done.ids) == (code, {id})
    assert scene.git("status", "--porcelain") == ""


def test_a_time_stamp_authority_that_is_down(services: Services, tmp_path: Path) -> None:
    """Without its time a bundle of Rekor 2 proves nothing, so nothing is written."""
    scene = logins.found(tmp_path / "home", services, rekor=2)
    services.out_of_order = {"/api/v1/timestamp"}
    done = approve(scene)
    assert (done.code, done.ids) == (4, {"sigstore-failed"})
    assert scene.git("status", "--porcelain") == ""


def test_no_sigstore_is_configured(sealed_scene: Scene) -> None:
    """Private by default: without the trust files there is nowhere to log in."""
    done = sealed_scene.cognify("approve", MODEL, "1.1.0", "--sigstore")
    assert (done.code, done.ids) == (2, {"sigstore-not-configured"})


def test_trust_files_that_are_not_the_bound_ones(scene: Scene) -> None:
    """A signing configuration that was changed after the genesis is not spoken to."""
    (scene.root / "trust/sigstore/signing_config.json").write_text("{}")
    assert approve(scene).ids == {"sigstore-not-configured"}


def test_without_the_extra(scene: Scene) -> None:
    """Where sigstore is not installed a login is neither passed nor failed, and nobody signs beside it."""
    assert approve(scene).code == 0
    scene.commit("approve")

    def without(*arguments: str) -> Done:
        command = [sys.executable, "-c", WITHOUT, *arguments]
        done = subprocess.run(
            command, cwd=scene.root, env=scene.environment, capture_output=True, check=False
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    done = without("verify")
    assert (done.code, done.ids) == (4, {"sigstore-missing"})
    assert "pip install 'cognify-audit[sigstore]'" in done.out
    done = without("seal")
    assert (done.code, done.ids) == (4, {"sigstore-missing"})
    for way in (["--key", str(scene.key("noor"))], ["--sigstore"]):
        done = without("approve", MODEL, "1.0.0", *way)
        assert (done.code, done.ids) == (4, {"sigstore-missing"})


def test_keys_alone_need_no_sigstore(sealed_scene: Scene) -> None:
    """Where only keys sign, verification neither needs nor imports it."""
    code = "from cognify.cli import main; code = main(['verify']); import sys; " \
           "print(*sorted({m.partition('.')[0] for m in sys.modules})); sys.exit(code)"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=sealed_scene.root, env=sealed_scene.environment,
                          capture_output=True, text=True, check=True)  # fmt: skip
    loaded = set(done.stdout.splitlines()[-1].split())
    assert loaded & {"sigstore", "sigstore_models", "pydantic", "requests", "tuf", "rfc3161_client"} == set()


def test_the_public_sigstore_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Who logs in at the public one is told that everybody may read it."""
    hand._warn(("http://127.0.0.1:9",))
    assert "PUBLIC" not in capsys.readouterr().err
    hand._warn(("https://fulcio.sigstore.dev",))
    assert "everybody in the world" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "id"), [
    ("sigstore/größe.json", "name-unusable"), ("log.vkey", "name-unusable"), (".x/a", "name-unusable"),
    ("", "file-unreadable"),
])  # fmt: skip
def test_trust_files_that_are_not_brought(name: str, id: str, scene: Scene) -> None:
    """A name that no policy can bind, one that init makes itself, and none at all: nothing is begun."""
    folder = scene.home / "more"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    if name:
        (folder / name).write_text("x")
    done = scene.cognify("init", str(scene.home / "neu"), "--name", "x", "--policy", str(scene.home / "policy.yaml"),
                         "--key", str(scene.key("ines")), "--trust", str(folder))  # fmt: skip
    assert (done.code, done.ids, (scene.home / "neu").exists()) == (2, {id}, False)
