"""Packages that somebody tampered with who holds the log's key, and packed again with right checksums.

Each crime takes the files of a genuine package, so that only the one thing that it is about is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cognify import canonical
from tests import forge
from tests.scenario import MODEL, Scene

Files = dict[str, bytes]
LEAVES, NOTE, ABOUT = "log/leaves", "log/checkpoint", "package.json"
RECORD = f"inventory/models/{MODEL}/1.0.0/"
SIGNERS, VKEY = "inventory/trust/allowed_signers", "inventory/trust/log.vkey"


@dataclass(frozen=True)
class Crime:
    """What is done, what the page must name (exactly), and which of that `cognify verify` names, too."""

    do: Callable[[Scene, Files], Files]
    ids: set[str]
    shared: set[str] = field(default_factory=set)


def find(files: Files, part: str) -> str:
    return next(path for path in sorted(files) if part in path and path.endswith(".json"))


def described(files: Files, **changed: Any) -> Files:
    data = {**json.loads(files[ABOUT]), **changed}
    return {**files, ABOUT: canonical.pretty(data)}


def signed(scene: Scene, files: Files, lines: bytes) -> Files:
    """The package with *lines* as its log, signed by the log's own key and described as it now is."""
    size, note = lines.count(b"\n"), forge.note(scene, lines)
    kept = {p: raw for p, raw in files.items() if "log/checkpoints/" not in p or int(p[16:-5]) < size}
    root = base64.b64encode(forge.root(lines)).decode()
    origin = json.loads(files[ABOUT])["log"]["origin"]
    log = {LEAVES: lines, NOTE: note, f"log/checkpoints/{size}.note": note}
    return described({**kept, **log}, log={"origin": origin, "root": root, "size": size})


def late(scene: Scene, **predicate: Any) -> dict[str, Any]:
    """A rejection that Noor states after the seal: honest, and about the record of 1.0.0."""
    data = forge.approval(scene, "1.0.0", person="noor", meaning="I reject it: größere Zweifel.", **predicate)
    data["predicate"].update(kind="signoff.reject", signer=scene.mark("noor"))
    data["predicateType"] = "https://cognify.dev/predicate/signoff.reject/v1"
    return data


def added(
    scene: Scene, files: Files, stated: dict[str, Any] | bytes, *, signer: str = "noor", namespace: str = "",
    name: str = "", leaf: dict[str, Any] | None = None, signature: Callable[[bytes], bytes] | None = None,
) -> Files:  # fmt: skip
    """The package with one more statement about its record, sequenced last; honest unless told otherwise."""
    raw = stated if isinstance(stated, bytes) else forge.jcs(stated)
    path = f"{RECORD}statements/{name or f'signoff.reject.noor.{forge.sha256(raw)[:8]}.json'}"
    make = signature or (
        lambda m: forge.ssh_sign(scene, m, signer, namespace or "signoff.reject.v1@cognify.dev")
    )
    record = json.loads(files[ABOUT])["record"]
    entries = [json.loads(line) for line in files[LEAVES].splitlines()]
    entries.append({**forge.leaf_of("signoff.reject", record, raw), **(leaf or {})})
    return {**signed(scene, files, forge.chained(entries)), path: raw, f"{path}.sig": make(raw)}


def without(files: Files, part: str) -> Files:
    gone = [path for path in files if part in path]
    assert gone
    return {path: raw for path, raw in files.items() if path not in gone}


def replaced(path: str, old: bytes, new: bytes) -> Callable[[Scene, Files], Files]:
    def do(scene: Scene, files: Files) -> Files:
        assert old in files[path]
        return {**files, path: files[path].replace(old, new, 1)}

    return do


def leaves(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Scene, Files], Files]:
    return lambda scene, files: {**files, LEAVES: b"".join(change(files[LEAVES].splitlines(keepends=True)))}


def rejected(
    change: Callable[[dict[str, Any]], dict[str, Any] | bytes], **how: Any
) -> Callable[[Scene, Files], Files]:
    return lambda scene, files: added(scene, files, change(late(scene)), **how)


def predicate(**changed: Any) -> Callable[[Scene, Files], Files]:
    return rejected(lambda data: {**data, "predicate": {**data["predicate"], **changed}})


def at_the_seal(
    scene: Scene, files: Files, entry: dict[str, Any], before: dict[str, Any] | None = None, **claim: Any
) -> Files:
    """The package as it was when 1.0.0 was sealed, with *entry* in what the seal says, and *before* before it.

    *claim* is what the seal says besides.
    """
    lines = files[LEAVES].splitlines(keepends=True)[:6]
    digest = json.loads(lines[5])["sha256"]
    path = next(p for p, raw in files.items() if forge.sha256(raw) == digest)
    logged = b"".join(lines)
    young = {
        p: raw
        for p, raw in files.items()
        if "log/statements/" not in p or forge.sha256(raw).encode() in logged
    }
    young = {p: raw for p, raw in young.items() if "log/checkpoints/" not in p or int(p[16:-5]) < 6}
    seal, entries = json.loads(young.pop(path)), [json.loads(line) for line in lines[:5]]
    if before is not None:
        raw = forge.jcs(before)
        entries.append(forge.leaf_of("signoff.reject", json.loads(files[ABOUT])["record"], raw))
        place = f"{RECORD}statements/signoff.reject.noor.{forge.sha256(raw)[:8]}.json"
        young |= {
            place: raw,
            f"{place}.sig": forge.ssh_sign(scene, raw, "noor", "signoff.reject.v1@cognify.dev"),
        }
    about = [leaf["sha256"] for leaf in entries if leaf["record"] != "inventory"]
    seal["predicate"]["sealed"][0] |= {"heads": sorted(about), **entry}
    seal["predicate"] |= {"through": len(entries), **claim}
    raw = forge.jcs(seal)
    young[f"log/statements/seal.{forge.sha256(raw)[:8]}.json"] = raw
    return signed(scene, young, forge.chained([*entries, forge.leaf_of("seal", "inventory", raw)]))


def over_a_rejection(scene: Scene, files: Files) -> Files:
    data = late(scene)
    data["predicate"]["after"] = forge.approval(scene, "1.0.0")["predicate"]["after"]
    return at_the_seal(scene, files, {}, data)


def approved_late(scene: Scene, files: Files) -> Files:
    raw = forge.jcs(forge.approval(scene, "1.0.0", person="noor", signer=scene.mark("noor")))
    name = f"signoff.approve.noor.{forge.sha256(raw)[:8]}.json"
    purpose = "signoff.approve.v1@cognify.dev"
    return added(scene, files, raw, name=name, namespace=purpose, leaf={"kind": "signoff.approve"})


def two_signatures(scene: Scene, files: Files) -> Files:
    return {**files, f"{find(files, 'signoff.approve.ines')}.sigstore.json": b"{}"}


def duplicate(scene: Scene, files: Files) -> Files:
    entries = [json.loads(line) for line in files[LEAVES].splitlines()]
    return signed(scene, files, forge.chained([*entries, entries[3]]))


def other_key(scene: Scene, files: Files) -> Files:
    return {**files, NOTE: forge.note(scene, files[LEAVES], seed=bytes(range(32)))}


def other_origin(scene: Scene, files: Files) -> Files:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name, seed = forge.log_seed(scene)
    text = files[NOTE].split(b"\n\n")[0].replace(name.encode(), b"cognify.dev/log/andere") + b"\n"
    key = Ed25519PrivateKey.from_private_bytes(seed)
    key_hash = hashlib.sha256(name.encode() + b"\n\x01" + key.public_key().public_bytes_raw()).digest()[:4]
    blob = base64.b64encode(key_hash + key.sign(text)).decode()
    return {**files, NOTE: text + f"\n— {name} {blob}\n".encode()}


def small_order(scene: Scene, files: Files) -> Files:
    name, point = forge.log_seed(scene)[0], bytes([1, *bytes(31)])
    key_hash = hashlib.sha256(name.encode() + b"\n\x01" + point).hexdigest()[:8]
    key = base64.b64encode(b"\x01" + point).decode()
    return {**files, VKEY: f"{name}+{key_hash}+{key}\n".encode()}


def respelled(scene: Scene, files: Files) -> Files:
    """The last letter of the signature in bits that base64 throws away."""
    text = files[NOTE]
    assert text.endswith(b"=\n")
    return {**files, NOTE: text[:-3] + bytes([text[-3] ^ 1]) + text[-2:]}


def bad_note(scene: Scene, files: Files) -> Files:
    head, _, blob = files[NOTE].decode().strip().rpartition(" ")
    raw = bytearray(base64.b64decode(blob))
    raw[40] ^= 1
    return {**files, NOTE: f"{head} {base64.b64encode(bytes(raw)).decode()}\n".encode()}


def other_past(scene: Scene, files: Files) -> Files:
    lines = b"".join(files[LEAVES].splitlines(keepends=True)[1:7])
    return {**files, "log/checkpoints/6.note": forge.note(scene, lines)}


def new_log_key(scene: Scene, files: Files) -> Files:
    """A whole log of another key, which the package declares to be the right one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name, seed = forge.log_seed(scene)[0], bytes(range(32))
    point = b"\x01" + Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key_hash = hashlib.sha256(name.encode() + b"\n" + point).hexdigest()[:8]
    lines = files[LEAVES].splitlines(keepends=True)
    notes = {
        p: forge.note(scene, b"".join(lines[: int(p[16:-5])]), seed=seed)
        for p in files
        if "checkpoints/" in p
    }
    vkey = f"{name}+{key_hash}+{base64.b64encode(point).decode()}\n".encode()
    return {**files, **notes, NOTE: forge.note(scene, files[LEAVES], seed=seed), VKEY: vkey}


def eves_key(scene: Scene, files: Files) -> Files:
    line = files[SIGNERS].splitlines()[1].decode().split(" ")
    more = f"{line[0]} {line[1]} {scene.public('eve')}\n".encode()
    return {**files, SIGNERS: files[SIGNERS] + more}


def unlogged(scene: Scene, files: Files) -> Files:
    more = added(scene, files, late(scene))
    return {**files, **{path: raw for path, raw in more.items() if "signoff.reject." in path}}


def missing(scene: Scene, files: Files) -> Files:
    return without(added(scene, files, late(scene)), "signoff.reject.")


def twice(data: dict[str, Any]) -> bytes:
    return forge.jcs(data).replace(b'"person":"noor"', b'"person":"noor","person":"noor"')


def about(data: dict[str, Any], digest: dict[str, str]) -> dict[str, Any]:
    return {**data, "subject": [{**data["subject"][0], "digest": digest}]}


def misnamed(scene: Scene, files: Files) -> Files:
    return added(scene, files, late(scene), name="signoff.reject.noor.00000000.json")


def elsewhere(data: dict[str, Any]) -> dict[str, Any]:
    subject = {**data["subject"][0], "name": f"models/{MODEL}/1.1.0/MANIFEST.sha256"}
    return {**data, "subject": [subject]}


def no_signature(scene: Scene, files: Files) -> Files:
    more = added(scene, files, late(scene))
    return {
        path: raw for path, raw in more.items() if not ("signoff.reject." in path and path.endswith(".sig"))
    }


def forged(scene: Scene, files: Files) -> Files:
    def sign(message: bytes) -> bytes:
        return forge.ssh_sign(scene, message + b" ", "noor", "signoff.reject.v1@cognify.dev")

    return added(scene, files, late(scene), signature=sign)


def signed_anew(scene: Scene, files: Files) -> Files:
    """Ines's approval as she signed it, exchanged for her other key's signature over the same bytes."""
    path = find(files, "signoff.approve.ines")
    raw = forge.ssh_sign(scene, files[path], "ines2", "signoff.approve.v1@cognify.dev")
    return {**files, f"{path}.sig": raw}


def with_junk(scene: Scene, files: Files) -> Files:
    def sign(message: bytes) -> bytes:
        return forge.ssh_sign(scene, message, "noor", "signoff.reject.v1@cognify.dev") + b"\n"

    return added(scene, files, late(scene), signature=sign)


def swapped(files: Files) -> Files:
    """The seal of 1.0.0 names a manifest that lists another card."""
    path = f"{RECORD}card.yaml"
    return {**files, path: files[path].replace(b"informs", b"decides")}


CRIMES: dict[str, Crime] = {
    # the log
    "leaf-edited": Crime(leaves(lambda a: [a[0].replace(b'"size":', b'"size":1'), *a[1:]]), {"chain-broken"}),
    "leaf-of-nothing": Crime(leaves(lambda a: [a[0], b"{}\n", *a[2:]]), {"leaf-malformed"}),
    "leaf-twice": Crime(duplicate, {"duplicate-leaf"}),
    "last-leaf-edited": Crime(leaves(lambda a: [*a[:-1], a[-1].replace(b'"size":', b'"size":1')]), {"root-mismatch"}),
    "leaves-cut-off": Crime(leaves(lambda a: a[:-1]), {"log-truncated"}),
    "note-by-another-key": Crime(other_key, {"note-unsigned"}),
    "note-with-a-bad-signature": Crime(bad_note, {"note-bad-known-sig"}),
    "note-spelled-otherwise": Crime(respelled, {"checkpoint-syntax"}),
    "note-of-another-log": Crime(other_origin, {"origin-mismatch"}),
    "kept-note-of-another-past": Crime(other_past, {"consistency-failed"}),
    "log-key-of-small-order": Crime(small_order, {"bad-key", "trust-changed"}),
    "log-key-replaced": Crime(new_log_key, {"trust-changed"}),
    "file-in-the-log": Crime(lambda s, f: {**f, "log/größe": b""}, {"unlisted-file"}),
    # genesis, policy, keys
    "policy-edited": Crime(replaced("inventory/policy/0001.yaml", b"min: 1", b"min: 2"), {"sealed-bytes-changed"}),
    "key-smuggled": Crime(eves_key, {"trust-changed"}),
    "trust-file-smuggled": Crime(lambda s, f: {**f, "inventory/trust/mehr": b""}, {"trust-unbound"}),
    "genesis-gone": Crime(lambda s, f: without(f, "inventory/statements/genesis."), {"genesis-missing"}),
    # statements
    "statement-not-canonical": Crime(rejected(lambda d: json.dumps(d, ensure_ascii=False).encode()), {"not-jcs"}),
    "statement-with-a-key-twice": Crime(rejected(twice), {"json-dup-key"}),
    "statement-with-a-float": Crime(
        rejected(lambda d: forge.jcs(d).replace(b'"size":', b'"size":0.5,"\xc3\xa4":', 1)), {"json-number"}
    ),
    "statement-with-bidi": Crime(predicate(comment="gro\u202eße"), {"bidi-control"}),
    "statement-not-nfc": Crime(predicate(comment="gro\u0308ße"), {"not-nfc"}),
    "statement-with-two-digests": Crime(
        rejected(lambda d: about(d, {**d["subject"][0]["digest"], "sha1": "0" * 40})), {"digest-algo"}
    ),
    "statement-with-a-loud-digest": Crime(rejected(lambda d: about(d, {"sha256": "A" * 64})), {"digest-format"}),
    "statement-with-more": Crime(predicate(mehr="ä"), {"statement-schema"}),
    "statement-of-no-day": Crime(predicate(stated_at="2026-02-30T00:00:00Z"), {"statement-schema"}),
    "statement-renamed": Crime(misnamed, {"subject-mismatch"}),
    "statement-about-another": Crime(rejected(elsewhere), {"subject-mismatch"}),
    "statement-of-another-record": Crime(
        rejected(lambda d: {**d, "predicate": {**d["predicate"], "record": "urn:uuid:" + "0" * 8 + "-0000" * 3 + "-" + "0" * 12}}),
        {"record-mismatch", "leaf-mismatch"},
    ),
    "statement-of-another-inventory": Crime(
        predicate(inventory="urn:uuid:00000000-0000-0000-0000-000000000000"), {"ledger-mismatch"}
    ),
    "statement-under-another-policy": Crime(predicate(policy={"version": 1, "sha256": "0" * 64}), {"policy-mismatch"}),
    "statement-after-another-log": Crime(
        rejected(lambda d: {**d, "predicate": {**d["predicate"], "after": {**d["predicate"]["after"], "size": 1}}}),
        {"anchor-mismatch"},
    ),
    "statement-before-its-parent": Crime(predicate(parents=["0" * 64]), {"parent-after-child"}),
    "statement-and-leaf-differ": Crime(rejected(lambda d: d, leaf={"kind": "amend"}), {"leaf-mismatch"}),
    "statement-without-leaf": Crime(unlogged, {"statement-not-logged"}),
    "leaf-without-statement": Crime(missing, {"leaf-file-missing"}),
    # signatures
    "signature-for-another-purpose": Crime(
        rejected(lambda d: d, namespace="signoff.approve.v1@cognify.dev"), {"namespace"}
    ),
    "signature-of-another-text": Crime(forged, {"signature-invalid"}),
    "signature-with-junk": Crime(with_junk, {"signature-not-canonical"}),
    "signature-of-nobody": Crime(rejected(lambda d: d, signer="eve"), {"identity-not-a-person"}),
    "signature-of-another": Crime(rejected(lambda d: d, signer="tomas"), {"identity-mismatch"}),
    "rejected-on-a-condition": Crime(
        predicate(conditions=["sofern größer"]), {"condition-misplaced"}, {"condition-misplaced"}
    ),
    "signature-of-another-key": Crime(signed_anew, {"signer-mismatch"}),
    "signature-gone": Crime(no_signature, {"sig-missing"}),
    "two-signatures": Crime(two_signatures, {"two-signatures"}),
    # the record
    "sealed-over-a-rejection": Crime(over_a_rejection, {"open-rejection"}),
    "approved-after-the-seal": Crime(approved_late, {"already-sealed"}),
    "card-edited": Crime(lambda s, f: swapped(f), {"sealed-bytes-changed"}),
    "evidence-gone": Crime(
        lambda s, f: without(f, "evidence/results.json"),
        {"sealed-bytes-changed", "evidence-unavailable"}, {"sealed-bytes-changed"},
    ),
    "evidence-added": Crime(lambda s, f: {**f, f"{RECORD}evidence/größe.csv": b"n"}, {"unlisted-file"}),
    "manifest-edited": Crime(replaced(f"{RECORD}MANIFEST.sha256", b"evidence.lock.json", b"evidence.lock.jsom"),
                             {"sealed-bytes-changed", "unlisted-file", "pkg-description", "subject-digest-mismatch", "quorum-unmet"},
                             {"sealed-bytes-changed"}),
    "version-added": Crime(lambda s, f: {**f, f"inventory/models/{MODEL}/9.9.9/card.yaml": b"card: 1\n"}, {"not-sealed"}),
    "seal-hides-a-statement": Crime(
        lambda s, f: at_the_seal(s, f, {"heads": [json.loads(f[LEAVES].splitlines()[2])["sha256"]]}), {"seal-mismatch"}
    ),
    "seal-of-other-leaves": Crime(lambda s, f: at_the_seal(s, f, {}, **{"from": 1}), {"seal-mismatch"}),
    "seal-of-other-bytes": Crime(lambda s, f: at_the_seal(s, f, {"digest": "0" * 64}), {"sealed-bytes-changed"}),
    "description-of-another": Crime(lambda s, f: described(f, digest="0" * 64), {"pkg-description"}),
    "description-of-another-inventory": Crime(
        lambda s, f: described(f, inventory="urn:uuid:00000000-0000-0000-0000-000000000000"), {"ledger-mismatch"}
    ),
    "description-reworded": Crime(lambda s, f: {**f, ABOUT: f[ABOUT].replace(b"\n ", b"\n  ")}, {"pkg-damaged"}),
}  # fmt: skip
