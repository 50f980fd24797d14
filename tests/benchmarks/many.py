"""An inventory with many sealed versions, made fast: real git objects, real signatures, no processes.

`python tests/benchmarks/many.py 10000 DIR` makes one. Every version has three approvals; every
statement came with a commit of its own, signed by whoever made it, as in life. Nothing of it goes
through Cognify's own writers but the genesis.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key
from nacl.signing import SigningKey

from cognify import canonical, merkle
from cognify.records.leaf import Leaf
from tests import forge, scenario
from tests.hardware import sshsig, string, to_sign
from tests.scenario import CARD, NONE, RESULTS, Scene

WHEN = 1_764_000_000
APPROVERS = (("ines", "model-risk"), ("noor", "model-risk"), ("tomas", "compliance"))


PLAIN = {
    f" {{method: {NONE}}}": f"\n    method: {NONE}",
    " [{statement: Short memos are read badly.}]": "\n    - statement: Short memos are read badly.",
    " [model-card@mitchell-2019-v2]": "\n    - model-card@mitchell-2019-v2",
    " [{role: engineer, name: Mara Voß}]": "\n    - role: engineer\n      name: Mara Voß",
    ', date: "2026-11-23", summary: First version.}': '\n      date: "2026-11-23"\n      summary: First version.',
    "{version: 1": "version: 1",
}
"""Lines as `capture` writes them: block style, which the quick YAML parser may read."""


@dataclass
class Pen:
    """Somebody's Ed25519 key, in process."""

    key: SigningKey

    @classmethod
    def of(cls, scene: Scene, person: str) -> Pen:
        loaded = load_ssh_private_key(scene.key(person).read_bytes(), None)
        assert isinstance(loaded, Ed25519PrivateKey)
        return cls(SigningKey(loaded.private_bytes_raw()))

    def sign(self, message: bytes, namespace: str) -> bytes:
        kind = string(b"ssh-ed25519")
        value = self.key.sign(to_sign(message, namespace)).signature
        return sshsig(kind + string(bytes(self.key.verify_key)), kind + string(value), namespace)


@dataclass
class Maker:
    """Grows main and the log of one inventory in memory, and hands both to `git fast-import`."""

    scene: Scene
    pens: dict[str, Pen]
    lines: list[bytes]
    files: dict[str, str]
    commits: list[tuple[str, str, dict[str, bytes]]] = field(default_factory=list)
    log: list[dict[str, bytes]] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    anchor: dict[str, Any] = field(default_factory=dict)
    inventory: str = ""
    policy: str = ""
    origin: str = ""
    since: int = 0
    at: str = ""
    sealed: list[dict[str, Any]] = field(default_factory=list)

    def lock(self, model: str, version: str, raw: bytes) -> bytes:
        cite = {"class": "measured", "from": "a01"}
        return canonical.pretty({
            "artifacts": {"a01": {
                "bytes": len(raw), "extractor": "sklearn-report", "extractor_version": 1,
                "media": "application/json", "origin": "results.json", "path": "evidence/results.json",
                "sha256": canonical.sha256(raw),
            }},
            "generator": {"name": "cognify", "version": "0.1.0"}, "lock": 1, "model": model, "replay": 1,
            "values": {
                "/evaluation/runs/0/dataset": {**cite, "at": "json:/dataset", "raw": '"holdout"', "via": "text"},
                "/evaluation/runs/0/metric": {**cite, "at": "json-key:/accuracy", "raw": "accuracy", "via": "text"},
                "/evaluation/runs/0/n": {**cite, "at": "json:/n", "raw": "400", "via": "integer"},
                "/evaluation/runs/0/value": {**cite, "at": "json:/accuracy", "raw": "0.8425", "via": "number"},
            },
            "version": version,
        })  # fmt: skip

    def version(self, number: int) -> None:
        """One version: captured, proposed, approved three times."""
        model, version = f"model-{number % 97:02}", f"1.{number // 97}.0"
        record = f"urn:uuid:00000000-0000-4000-8000-{number:012x}"
        prefix = f"models/{model}/{version}/"
        card = CARD.format(version=version, tier="high", record=record, NONE=NONE).encode()
        for nested, block in PLAIN.items():
            card = card.replace(nested.encode(), block.encode())
        card = card.replace(b"name: credit-memo", b"name: " + model.encode())
        # No two versions share a byte of evidence, so that none is spared by another's reading.
        results = RESULTS.replace("größe", f"größe {number}").encode()
        frozen = {
            "card.yaml": card,
            "evidence.lock.json": self.lock(model, version, results),
            "evidence/results.json": results,
        }
        manifest = "".join(
            f"{canonical.sha256(raw)}  {name}\n" for name, raw in sorted(frozen.items())
        ).encode()
        files = {prefix + name: raw for name, raw in frozen.items()} | {f"{prefix}MANIFEST.sha256": manifest}
        about = {"model": model, "version": version, "record": record}
        digest = canonical.sha256(manifest)
        first = self.state("record.propose", "mara", "engineer", prefix, digest, files, tier="high", **about,
                           contributors=[{"part": "author", "person": "mara"}])  # fmt: skip
        heads = [first]
        for person, role in APPROVERS:
            heads.append(
                self.state("signoff.approve", person, role, prefix, digest, {}, parents=[first], **about)
            )
        self.sealed.append({"digest": digest, "heads": sorted(heads), "record": record})

    def state(
        self,
        kind: str,
        person: str,
        role: str,
        prefix: str,
        digest: str,
        files: dict[str, bytes],
        **more: Any,
    ) -> str:
        raw = canonical.dumps({
            "_type": "https://in-toto.io/Statement/v1",
            "predicate": {
                "after": self.anchor, "inventory": self.inventory, "kind": kind, "meaning": f"{kind} {prefix}",
                "person": person, "policy": {"sha256": self.policy, "version": 1}, "role": role,
                "signer": self.scene.mark(person), "stated_at": self.at, **more,
            },
            "predicateType": f"https://cognify.dev/predicate/{kind}/v1",
            "subject": [{"digest": {"sha256": digest}, "name": f"{prefix}MANIFEST.sha256"}],
        })  # fmt: skip
        sha256 = canonical.sha256(raw)
        path = f"{prefix}statements/{kind}.{person}.{sha256[:8]}.json"
        files = {**files, path: raw, f"{path}.sig": self.pens[person].sign(raw, f"{kind}.v1@cognify.dev")}
        self.commits.append((person, f"{kind} {prefix}", files))
        self.files |= {name: canonical.sha256(content) for name, content in files.items()}
        self.leaf(kind, more["record"], raw)
        return sha256

    def leaf(self, kind: str, record: str, raw: bytes) -> None:
        prev = canonical.sha256(self.lines[-1])
        self.lines.append(Leaf(kind, prev, record, len(self.lines), canonical.sha256(raw), len(raw)).line())
        self.hashes.append(merkle.leaf_hash(self.lines[-1]))

    def begin(self) -> None:
        """Read from the genesis what every statement says."""
        (genesis,) = (self.scene.root / "statements").glob("genesis.*.json")
        predicate = json.loads(genesis.read_bytes())["predicate"]
        self.inventory, self.policy = predicate["inventory"], predicate["policy"]["sha256"]
        self.origin = predicate["after"]["origin"]
        # The clock of the log stands at its first seal: whatever came before it would be back-dated.
        (first,) = self.scene.git("ls-tree", "--name-only", "cognify-log", "log/statements/").splitlines()
        self.at = json.loads(forge.log_file(self.scene, first))["predicate"]["stated_at"]
        self.hashes = [merkle.leaf_hash(line) for line in self.lines]
        self.turn()

    def turn(self) -> None:
        """The log as every signer of the next batch sees it."""
        root = base64.b64encode(merkle.root(self.hashes)).decode()
        self.anchor = {"origin": self.origin, "root": root, "size": len(self.lines)}
        self.since = len(self.lines)

    def seal(self, commit: str) -> None:
        """A seal over everything since the last one."""
        listing = b"".join(
            f"{digest}  100644  {path}\n".encode()
            for path, digest in sorted(self.files.items(), key=lambda i: i[0].encode())
        )
        raw = canonical.dumps({
            "_type": "https://in-toto.io/Statement/v1",
            "predicate": {
                "after": {**self.anchor}, "commit": commit, "from": self.since, "inventory": self.inventory, "kind": "seal",
                "meaning": "Everything merged up to this commit is sequenced; these records have their quorum.",
                "policy": {"sha256": self.policy, "version": 1}, "sealed": self.sealed,
                "stated_at": self.at, "through": len(self.lines),
                "tree": {"entries": len(self.files), "sha256": canonical.sha256(listing)},
            },
            "predicateType": "https://cognify.dev/predicate/seal/v1",
            "subject": [{"digest": {"sha256": canonical.sha256(listing)}, "name": "tree"}],
        })  # fmt: skip
        self.leaf("seal", "inventory", raw)
        text = b"".join(line + b"\n" for line in self.lines)
        note = forge.note(self.scene, text)
        size = len(self.lines)
        self.log.append({"log/leaves": text, "log/checkpoint": note, f"log/checkpoints/{size}.note": note,
                         f"log/statements/seal.{canonical.sha256(raw)[:8]}.json": raw})  # fmt: skip
        self.sealed = []
        self.turn()


def make(home: Path, count: int, *, batch: int = 500) -> Scene:
    """An inventory under *home* with *count* sealed versions, *batch* of them with each seal.

    One that was made there before is taken as it is.
    """
    if (home / "inventory").exists():
        return Scene(home)
    scene = scenario.found(home)
    pens = {person: Pen.of(scene, person) for person in ("mara", "ines", "noor", "tomas")}
    listed = scene.git("ls-files").splitlines()
    files = {path: canonical.sha256((scene.root / path).read_bytes()) for path in listed}
    maker = Maker(scene, pens, forge.log_file(scene).splitlines(), files)
    maker.begin()
    for start in range(0, count, batch):
        for number in range(start, min(start + batch, count)):
            maker.version(number)
        maker.seal(_write(scene, maker))
    _write_log(scene, maker.log)
    scene.git("config", "gc.auto", "0")
    scene.git("reset", "--quiet", "--hard", "main")
    scene.git("repack", "-adq")
    return scene


def _write(scene: Scene, maker: Maker) -> str:
    """Commit what was stated since, each statement with a signed commit of its own; returns the last."""
    import pygit2

    tip = scene.git("rev-parse", "main")
    subprocess.run(["git", "fast-import", "--quiet", "--date-format=raw"], cwd=scene.root, check=True,
                   input=b"".join(_stream("refs/heads/bulk", tip, maker.commits)), env=scene.environment)  # fmt: skip
    repository, parent = pygit2.Repository(str(scene.root)), tip
    made = scene.git("rev-list", "--reverse", f"{tip}..bulk").splitlines()
    for (person, _, _), commit in zip(maker.commits, made, strict=True):
        head, _, message = repository[commit].read_raw().partition(b"\n\n")
        fields = [line for line in head.split(b"\n") if not line.startswith(b"parent ")]
        lines = [fields[0], b"parent " + parent.encode(), *fields[1:]]
        payload = b"\n".join(lines) + b"\n\n" + message
        signature = maker.pens[person].sign(payload, "git").rstrip(b"\n").replace(b"\n", b"\n ")
        raw = b"\n".join([*lines, b"gpgsig " + signature]) + b"\n\n" + message
        parent = str(repository.write(pygit2.enums.ObjectType.COMMIT, raw))
    scene.git("update-ref", "refs/heads/main", parent)
    scene.git("update-ref", "-d", "refs/heads/bulk")
    maker.commits.clear()
    return parent


def _stream(ref: str, parent: str, commits: list[tuple[str, str, dict[str, bytes]]]) -> Iterator[bytes]:
    for number, (person, message, files) in enumerate(commits):
        who = f"{person} <{person}@example.org> {WHEN} +0000"
        yield f"commit {ref}\nauthor {who}\ncommitter {who}\ndata {len(message.encode())}\n{message}\n".encode()
        if number == 0:
            yield f"from {parent}\n".encode()
        for path, raw in files.items():
            yield f"M 100644 inline {path}\ndata {len(raw)}\n".encode() + raw + b"\n"


def _write_log(scene: Scene, states: list[dict[str, bytes]]) -> None:
    tip = scene.git("rev-parse", "cognify-log")
    commits = [("sequencer", "log", files) for files in states]
    subprocess.run(["git", "fast-import", "--quiet", "--date-format=raw"], cwd=scene.root, check=True,
                   input=b"".join(_stream("refs/heads/cognify-log", tip, commits)), env=scene.environment)  # fmt: skip


if __name__ == "__main__":
    made = make(Path(sys.argv[2]), int(sys.argv[1]))
    print(made.root)
