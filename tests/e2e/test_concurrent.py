"""Many at once: forty pull requests merged in any order, and sequencers that race each other."""

from __future__ import annotations

import base64
import hashlib
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from cognify import stating
from cognify.git import Repository
from cognify.inventory import Version, WorkTree
from cognify.signing import ssh_keygen
from tests import forge
from tests.scenario import MODEL, Done, Scene

pytestmark = pytest.mark.slow

OFFERED, PROPOSED = 10, 20
SIGNERS = (("ines", "model-risk"), ("tomas", "compliance"))
RECORD = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f%04d"


def sign(scene: Scene, version: str, person: str, role: str) -> None:
    """As `cognify propose` and `cognify approve` do it, in this process: forty of them are quick."""
    at, place = datetime.now(UTC), Version(MODEL, version)
    tree = WorkTree(scene.root)
    desk = stating.sit_down(tree, Repository(scene.root), at=at)
    who, frozen = desk.signer(scene.mark(person)), {}
    if role == "engineer":
        frozen = {place.manifest: desk.inventory.manifest_bytes(place)}
        prepared = stating.propose(desk, place, who, role=role, contributors=(), comment="",
                                   manifest=frozen[place.manifest], at=at)  # fmt: skip
    else:
        prepared = stating.sign_off(desk, "signoff.approve", place, who, role=role, comment="", expires="",
                                    conditions=(), at=at)  # fmt: skip
    key = scene.key(person)
    stating.write(
        tree, prepared, lambda raw, space: ssh_keygen.sign(raw, key=key, namespace=space), frozen=frozen
    )


def capture(scene: Scene, version: str, number: int) -> None:
    scene.write_version(version, record=RECORD % number)


def clone(scene: Scene, name: str) -> Scene:
    other = Scene(scene.home)
    other.root = scene.home / name
    scene.git("clone", "--quiet", str(scene.home / "origin.git"), str(other.root), cwd=scene.home)
    return other


def origin(scene: Scene) -> None:
    """A bare remote, and the log's key beside it."""
    scene.git("clone", "--quiet", "--bare", str(scene.root), str(scene.home / "origin.git"), cwd=scene.home)
    shutil.copy(scene.root / ".git/cognify/log.key", scene.home / "log.key")


def race(clones: list[Scene]) -> list[Done]:
    """`cognify seal` in every clone at once."""
    command = [sys.executable, "-m", "cognify", "seal", "--log-key", str(clones[0].home / "log.key")]
    running = [
        subprocess.Popen(
            command, cwd=c.root, env=c.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for c in clones
    ]
    done = []
    for process in running:
        out, err = process.communicate(timeout=120)
        done.append(Done(process.returncode, out.decode(), err.decode()))
    return done


def raced(clones: list[Scene]) -> int:
    """One wins; who loses is told so, and finds everything done when it runs again. How many lost."""
    done = race(clones)
    lost = [(c, d) for c, d in zip(clones, done, strict=True) if d.code]
    assert len(lost) < len(clones), [d.err for d in done]
    for loser, said in lost:
        assert (said.code, said.ids) == (4, {"push-rejected"}), said.err
        again = loser.cognify("seal", "--log-key", str(loser.home / "log.key"))
        assert again.code == 0, again.err
    return len(lost)


def one_log(scene: Scene) -> None:
    """No fork: one line of commits, every kept checkpoint over a prefix, every statement exactly one leaf."""
    assert scene.git("rev-list", "--merges", f"origin/{forge.LOG}") == ""
    scene.git("update-ref", f"refs/heads/{forge.LOG}", f"origin/{forge.LOG}")
    lines = forge.log_file(scene).splitlines(keepends=True)
    names = scene.git("ls-tree", "-r", "--name-only", forge.LOG, "log/checkpoints/").splitlines()
    for name in names:
        size, root = forge.log_file(scene, name).decode().split("\n")[1:3]
        assert base64.b64decode(root) == forge.root(b"".join(lines[: int(size)])), name
    assert f"log/checkpoints/{len(lines)}.note" in names
    stated = [p.read_bytes() for p in scene.root.rglob("statements/*.json")]
    listed = scene.git("ls-tree", "-r", "--name-only", forge.LOG, "log/statements/").splitlines()
    stated += [forge.log_file(scene, path).removesuffix(b"\n") for path in listed if path.endswith(".json")]
    assert sorted(leaf["sha256"] for leaf in forge.leaves(scene)) == sorted(
        hashlib.sha256(raw).hexdigest() for raw in stated
    )


def pull_requests(scene: Scene) -> list[str]:
    """A branch each: ten versions get two sign-offs, twenty more are captured and proposed."""
    main, made = scene.git("rev-parse", "main"), []

    def branch(version: str, person: str, role: str) -> None:
        made.append(f"{role}/{version}")
        scene.git("switch", "--quiet", "-c", made[-1], main)
        if role == "engineer":
            capture(scene, version, len(made))
        sign(scene, version, person, role)
        scene.commit(made[-1])

    for number in range(OFFERED):
        for person, role in SIGNERS:
            branch(f"2.{number}.0", person, role)
    for number in range(PROPOSED):
        branch(f"3.{number}.0", "mara", "engineer")
    scene.git("push", "--quiet", "origin", *made)
    return made


@pytest.fixture
def offered(scene: Scene) -> Scene:
    """Ten versions are proposed on main, with a remote."""
    for number in range(OFFERED):
        capture(scene, f"2.{number}.0", 1000 + number)
    scene.commit("captured")
    for number in range(OFFERED):
        sign(scene, f"2.{number}.0", "mara", "engineer")
    scene.commit("proposed")
    origin(scene)
    scene.git("remote", "add", "origin", str(scene.home / "origin.git"))
    scene.git("fetch", "--quiet")
    return scene


def test_forty_pull_requests(offered: Scene) -> None:
    """Merged in random order between races of two, then three sequencers: no conflict, no fork."""
    branches = pull_requests(offered)
    assert len(branches) == 40
    random.Random(20261123).shuffle(branches)
    host, one, other, third = (clone(offered, name) for name in ("host", "zoë", "jörg", "dritte"))
    for number, name in enumerate(branches, 1):
        host.git("merge", "--quiet", "--no-ff", "--no-edit", f"origin/{name}")
        if number % 8 == 0:
            host.git("push", "--quiet", "origin", "main")
            raced([one, other] if number < 24 else [one, other, third])
    for seen in (host, one, other, third, clone(offered, "fremd")):
        seen.git("fetch", "--quiet")
        seen.git("merge", "--quiet", "--ff-only", "origin/main")
        done = seen.verify()
        assert (done.code, done.ids) == (0, set()), done.out
        states = [record["state"] for record in done.json()["records"]]
        assert sorted(states) == ["proposed"] * (PROPOSED + 1) + ["sealed"] * (OFFERED + 1)
        one_log(seen)


def test_sequencers_that_always_race(scene: Scene) -> None:
    """Round after round, two and then three at once: somebody wins, and nothing is sequenced twice."""
    origin(scene)
    clones = [clone(scene, name) for name in ("zoë", "jörg", "dritte")]
    writer = clone(scene, "writer")
    lost = 0
    for number in range(6):
        capture(writer, f"4.{number}.0", number)
        sign(writer, f"4.{number}.0", "mara", "engineer")
        writer.commit(f"propose 4.{number}.0")
        writer.git("push", "--quiet", "origin", "main")
        lost += raced(clones[: 2 if number < 3 else 3])
    assert lost  # otherwise nothing raced at all
    writer.git("fetch", "--quiet")
    assert writer.verify().code == 0
    one_log(writer)
