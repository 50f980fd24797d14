"""What an attacker can do who holds the repository, the log key, or someone's own key.

Nothing here goes through Cognify's own writers: the bytes are made by hand, the way a crime is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import subprocess
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.scenario import MODEL, Scene

LOG = "cognify-log"


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def jcs(data: Any) -> bytes:
    """RFC 8785 for data without floats and with ASCII keys."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def log_file(scene: Scene, path: str = "log/leaves") -> bytes:
    return (scene.git("show", f"{LOG}:{path}") + "\n").encode()


def leaves(scene: Scene) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_file(scene).splitlines()]


def chained(entries: Iterable[dict[str, Any]]) -> bytes:
    """The lines of *entries* with `prev` and `seq` made right again."""
    lines, prev = b"", "0" * 64
    for seq, entry in enumerate(entries):
        line = jcs({**entry, "prev": prev, "seq": seq})
        prev = sha256(line)
        lines += line + b"\n"
    return lines


def root(lines: bytes) -> bytes:
    if not lines:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\0" + line).digest() for line in lines.splitlines()]

    def over(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return part[0]
        split = 1 << ((len(part) - 1).bit_length() - 1)
        return hashlib.sha256(b"\1" + over(part[:split]) + over(part[split:])).digest()

    return over(level)


def log_seed(scene: Scene) -> tuple[str, bytes]:
    _, _, name, _, key = (scene.root / ".git/cognify/log.key").read_text().strip().split("+", 4)
    return name, base64.b64decode(key)[1:]


def note(
    scene: Scene, lines: bytes, *, seed: bytes | None = None, name: str = "", size: int | None = None
) -> bytes:
    """A checkpoint over *lines*, signed by the log's own key unless another *seed* is given."""
    own_name, own_seed = log_seed(scene)
    name, key = name or own_name, Ed25519PrivateKey.from_private_bytes(seed or own_seed)
    count = len(lines.splitlines()) if size is None else size
    text = f"{own_name}\n{count}\n{base64.b64encode(root(lines)).decode()}\n".encode()
    public = b"\x01" + key.public_key().public_bytes_raw()
    key_hash = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    blob = base64.b64encode(key_hash + key.sign(text)).decode()
    return text + f"\n— {name} {blob}\n".encode()


def put_log(scene: Scene, files: dict[str, bytes], *, drop: Iterable[str] = (), orphan: bool = False) -> None:
    """Replace files on the log branch, as anyone who may push there could; *orphan*: by force."""
    index = {"GIT_INDEX_FILE": str(scene.root / ".git/forged.index")}
    environment = {**scene.environment, **index}

    def git(*arguments: str, stdin: bytes | None = None) -> str:
        done = subprocess.run(["git", *arguments], cwd=scene.root, env=environment, input=stdin,
                              capture_output=True, check=True)  # fmt: skip
        return done.stdout.decode().strip()

    git("read-tree", *(["--empty"] if orphan else [LOG]))
    for path in drop:
        git("update-index", "--force-remove", path)
    for path, raw in files.items():
        blob = git("hash-object", "-w", "--stdin", stdin=raw)
        git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    commit = git("commit-tree", git("write-tree"), *([] if orphan else ["-p", LOG]), "-m", "log")
    git("update-ref", f"refs/heads/{LOG}", commit)


def rewrite_log(scene: Scene, entries: Iterable[dict[str, Any]], **files: bytes) -> None:
    """The whole log anew, every checkpoint of the past removed, signed by the log's own key."""
    lines = chained(entries)
    size = len(lines.splitlines())
    signed = note(scene, lines)
    old = [p for p in scene.git("ls-tree", "-r", "--name-only", LOG).splitlines() if "/checkpoints/" in p]
    put_log(scene, {"log/leaves": lines, "log/checkpoint": signed, f"log/checkpoints/{size}.note": signed,
                    **files}, drop=[p for p in old if p != f"log/checkpoints/{size}.note"])  # fmt: skip


def leaf_of(kind: str, record: str, raw: bytes) -> dict[str, Any]:
    return {"kind": kind, "record": record, "sha256": sha256(raw), "size": len(raw), "v": 1}


def ssh_sign(scene: Scene, raw: bytes, person: str, namespace: str) -> bytes:
    done = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(scene.key(person)), "-n", namespace],
        input=raw, capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


def approval(scene: Scene, of: str, like: str = "ines", **predicate: Any) -> dict[str, Any]:
    """An approval as data, modelled on the one that *like* gave of *of*, with *predicate* over it."""
    model: dict[str, Any] = json.loads(scene.statement(of, "signoff.approve", like).read_bytes())
    model["predicate"].update(predicate)
    return model


def put_statement(
    scene: Scene, version: str, data: dict[str, Any] | bytes, signer: str, *,
    namespace: str | None = None, kind: str | None = None, person: str | None = None,
) -> Path:  # fmt: skip
    """Write a statement and its signature beside *version*, and commit them."""
    if isinstance(data, dict):
        data["predicate"]["signer"] = scene.mark(signer)
        kind, person = kind or data["predicate"]["kind"], person or data["predicate"].get("person", "")
    raw = data if isinstance(data, bytes) else jcs(data)
    kind = kind or "signoff.approve"
    middle = f".{person}" if person else ""
    folder = scene.root / "models" / MODEL / version / "statements"
    path = folder / f"{kind}{middle}.{sha256(raw)[:8]}.json"
    path.write_bytes(raw)
    signature = ssh_sign(scene, raw, signer, namespace or f"{kind}.v1@cognify.dev")
    path.with_name(path.name + ".sig").write_bytes(signature)
    scene.commit("statement")
    return path


def seal_by_force(scene: Scene, version: str, *, heads: list[str] | None = None) -> None:
    """Sequence what is merged and claim that *version* is sealed, whatever it still lacks."""
    scene.seal()
    entries = leaves(scene)
    path = next(p for p in reversed(scene.git("ls-tree", "-r", "--name-only", LOG).splitlines())
                if "/seal." in p and sha256(log_file(scene, p).rstrip(b"\n")) == entries[-1]["sha256"])  # fmt: skip
    seal = json.loads(log_file(scene, path))
    proposal = scene.statement(version, "record.propose").read_bytes()
    stated = json.loads(proposal)
    known = [sha256(p.read_bytes()) for p in scene.path(version, "statements").glob("*.json")]
    seal["predicate"]["sealed"] = [
        {"digest": stated["subject"][0]["digest"]["sha256"], "heads": sorted(heads or known),
         "record": stated["predicate"]["record"]}
    ]  # fmt: skip
    raw = jcs(seal)
    entries[-1] = leaf_of("seal", "inventory", raw)
    name = f"log/statements/seal.{sha256(raw)[:8]}.json"
    rewrite_log(scene, entries, **{name: raw})
    put_log(scene, {}, drop=[path] if path != name else [])


def seal_merged(scene: Scene) -> None:
    """Sequence every merged statement that has no leaf, whatever it is, and a seal that seals nothing."""
    known = {leaf["sha256"] for leaf in leaves(scene)}
    loose = [p for p in sorted(scene.root.rglob("statements/*.json")) if sha256(p.read_bytes()) not in known]
    commit = scene.git("rev-parse", "HEAD")
    entries, seal = leaves(scene), last_seal(scene)
    size = len(entries)
    for path in loose:
        stated = json.loads(path.read_bytes())["predicate"]
        entries.append(leaf_of(stated["kind"], stated.get("record", "inventory"), path.read_bytes()))
    tree = tree_listing(scene, commit)
    seal["predicate"].update(
        {"after": {**seal["predicate"]["after"], "size": size,
                   "root": base64.b64encode(root(chained(entries[:size]))).decode()},
         "commit": commit, "from": size, "through": len(entries), "sealed": [],
         "tree": {"entries": tree.count(b"\n"), "sha256": sha256(tree)}}
    )  # fmt: skip
    seal["subject"][0]["digest"]["sha256"] = sha256(tree)
    raw = jcs(seal)
    lines = chained([*entries, leaf_of("seal", "inventory", raw)])
    signed = note(scene, lines)
    put_log(scene, {"log/leaves": lines, "log/checkpoint": signed,
                    f"log/checkpoints/{len(lines.splitlines())}.note": signed,
                    f"log/statements/seal.{sha256(raw)[:8]}.json": raw})  # fmt: skip


def restate_policy(scene: Scene, person: str) -> None:
    """Sign `policy/0002.yaml` as it lies there now, in place of what *person* signed, and commit it."""
    old = next((scene.root / "statements").glob(f"policy.update.{person}.*.json"))
    data = json.loads(old.read_bytes())
    data["subject"][0]["digest"]["sha256"] = sha256((scene.root / "policy/0002.yaml").read_bytes())
    raw = jcs(data)
    for path in (old, old.with_name(old.name + ".sig")):
        path.unlink()
    path = old.with_name(f"policy.update.{person}.{sha256(raw)[:8]}.json")
    path.write_bytes(raw)
    path.with_name(path.name + ".sig").write_bytes(
        ssh_sign(scene, raw, person, "policy.update.v1@cognify.dev")
    )
    scene.commit("policy 2")


def put_proposal(scene: Scene, version: str, signer: str, **predicate: Any) -> None:
    """Freeze *version* as it stands and propose it by hand, modelled on the proposal of 1.1.0."""
    names = ("card.yaml", "evidence.lock.json", "evidence/results.json")
    lines = [f"{sha256(scene.path(version, name).read_bytes())}  {name}\n" for name in names]
    manifest = "".join(lines).encode()
    scene.path(version, "MANIFEST.sha256").write_bytes(manifest)
    data: dict[str, Any] = json.loads(scene.statement("1.1.0", "record.propose").read_bytes())
    data["subject"] = [
        {"digest": {"sha256": sha256(manifest)}, "name": f"models/{MODEL}/{version}/MANIFEST.sha256"}
    ]
    data["predicate"].update(version=version, **predicate)
    scene.path(version, "statements").mkdir(exist_ok=True)
    put_statement(scene, version, data, signer)


def seal_at(scene: Scene, version: str, commit: str, raw: bytes, *, heads: Iterable[str]) -> None:
    """Sequence the one statement *raw* and a seal that names *commit*, whatever lies there."""
    entries = leaves(scene)
    stated = json.loads(raw)
    entries.append(leaf_of(stated["predicate"]["kind"], stated["predicate"]["record"], raw))
    last = next(leaf for leaf in reversed(entries) if leaf["kind"] == "seal")
    paths = scene.git("ls-tree", "-r", "--name-only", LOG).splitlines()
    seals = (log_file(scene, path).rstrip(b"\n") for path in paths if "/seal." in path)
    seal = json.loads(next(text for text in seals if sha256(text) == last["sha256"]))
    tree = tree_listing(scene, commit)
    sealed = []
    if version:
        proposal = json.loads(
            sorted(scene.path(version, "statements").glob("record.propose*.json"))[-1].read_bytes()
        )
        sealed = [{"digest": proposal["subject"][0]["digest"]["sha256"], "heads": sorted(heads),
                   "record": proposal["predicate"]["record"]}]  # fmt: skip
    lines = chained(entries[:-1])
    seal["predicate"].update(
        {"after": {**seal["predicate"]["after"], "size": len(entries) - 1,
                   "root": base64.b64encode(root(lines)).decode()},
         "commit": commit, "from": len(entries) - 1, "through": len(entries), "sealed": sealed,
         "tree": {"entries": tree.count(b"\n"), "sha256": sha256(tree)}}
    )  # fmt: skip
    seal["subject"][0]["digest"]["sha256"] = sha256(tree)
    text = jcs(seal)
    entries.append(leaf_of("seal", "inventory", text))
    lines = chained(entries)
    signed = note(scene, lines)
    put_log(scene, {"log/leaves": lines, "log/checkpoint": signed,
                    f"log/checkpoints/{len(entries)}.note": signed,
                    f"log/statements/seal.{sha256(text)[:8]}.json": text})  # fmt: skip


def tree_listing(scene: Scene, commit: str) -> bytes:
    """`sha256  mode  path` of every file of *commit*, by path bytes."""
    done = subprocess.run(["git", "ls-tree", "-r", "-z", commit], cwd=scene.root,
                          env=scene.environment, capture_output=True, check=True)  # fmt: skip
    lines = []
    for item in done.stdout.split(b"\0")[:-1]:
        facts, _, path = item.partition(b"\t")
        mode, _, blob = facts.split(b" ")
        raw = subprocess.run(["git", "cat-file", "blob", blob], cwd=scene.root,
                             env=scene.environment, capture_output=True, check=True).stdout  # fmt: skip
        lines.append((path, f"{sha256(raw)}  {mode.decode()}  ".encode() + path + b"\n"))
    return b"".join(line for _, line in sorted(lines))


def commit_tree(scene: Scene, name: bytes, content: bytes = b"anders\n") -> None:
    """A commit on main whose root tree holds an entry *name* besides, by hand and unchecked."""
    done = subprocess.run(["git", "cat-file", "tree", "HEAD^{tree}"], cwd=scene.root,
                          env=scene.environment, capture_output=True, check=True)  # fmt: skip
    blob = bytes.fromhex(scene.git("hash-object", "-w", "--stdin", stdin=content))
    raw = b"100644 " + name + b"\0" + blob
    tree = scene.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=done.stdout + raw)
    commit = scene.git("commit-tree", tree, "-p", "HEAD", "-m", "größer")
    scene.git("update-ref", "refs/heads/main", commit)


def last_seal(scene: Scene) -> dict[str, Any]:
    """The newest seal, as data."""
    last = next(leaf for leaf in reversed(leaves(scene)) if leaf["kind"] == "seal")
    paths = scene.git("ls-tree", "-r", "--name-only", LOG).splitlines()
    texts = (log_file(scene, path).rstrip(b"\n") for path in paths if "/seal." in path)
    found: dict[str, Any] = json.loads(next(text for text in texts if sha256(text) == last["sha256"]))
    return found


def log_automation(scene: Scene, raw: bytes, kind: str = "seal", **leaf: Any) -> None:
    """Sequence *raw* as something that automation stated, and sign for it."""
    lines = chained([*leaves(scene), {**leaf_of(kind, "inventory", raw), **leaf}])
    size, signed = len(lines.splitlines()), note(scene, lines)
    put_log(scene, {"log/leaves": lines, "log/checkpoint": signed, f"log/checkpoints/{size}.note": signed,
                    f"log/statements/{kind}.{sha256(raw)[:8]}.json": raw})  # fmt: skip


def heartbeat(scene: Scene, commit: str, **predicate: Any) -> bytes:
    """A heartbeat at *commit*, as a sequencer could state it, whatever lies there."""
    stated, tree, lines = last_seal(scene), tree_listing(scene, commit), log_file(scene)
    for key in ("from", "through", "sealed", "timestamps"):
        stated["predicate"].pop(key, None)
    stated["predicateType"] = "https://cognify.dev/predicate/heartbeat/v1"
    stated["subject"][0]["digest"]["sha256"] = sha256(tree)
    stated["predicate"].update(
        {"kind": "heartbeat", "commit": commit, "meaning": "Nothing is new.",
         "after": {**stated["predicate"]["after"], "size": len(lines.splitlines()),
                   "root": base64.b64encode(root(lines)).decode()},
         "tree": {"entries": tree.count(b"\n"), "sha256": sha256(tree)}, **predicate}
    )  # fmt: skip
    return jcs(stated)


def shadow(scene: Scene, path: str, raw: bytes) -> None:
    """Let the object database give *raw* for the blob at *path* of HEAD: a pack whose index says so.

    Git's pack format, version 2 of both (https://git-scm.com/docs/gitformat-pack); git hashes no blob
    again that it reads from a pack.
    """
    name = scene.git("rev-parse", f"HEAD:{path}")
    oid, size = bytes.fromhex(name), len(raw)
    head = [3 << 4 | size & 15]
    size >>= 4
    while size:
        head[-1] |= 0x80
        head.append(size & 0x7F)
        size >>= 7
    entry = bytes(head) + zlib.compress(raw)
    pack = b"PACK" + struct.pack(">II", 2, 1) + entry
    trailer = hashlib.sha1(pack, usedforsecurity=False).digest()
    fan = b"".join(struct.pack(">I", byte >= oid[0]) for byte in range(256))
    index = (
        b"\xfftOc" + struct.pack(">I", 2) + fan + oid + struct.pack(">II", zlib.crc32(entry), 12) + trailer
    )
    place = scene.root / f".git/objects/pack/pack-{trailer.hex()}"
    place.with_suffix(".pack").write_bytes(pack + trailer)
    place.with_suffix(".idx").write_bytes(index + hashlib.sha1(index, usedforsecurity=False).digest())
    (scene.root / f".git/objects/{name[:2]}/{name[2:]}").unlink()
