"""Found an inventory: settings, policy 1, trust files, genesis, and the first commit."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cognify import canonical
from cognify.approvals import Proceedings
from cognify.errors import ApprovalRefused, ConfigurationError
from cognify.git import Author, Repository, Workshop
from cognify.inventory import GITATTRIBUTES, NoFiles, WorkTree, write_atomically
from cognify.records import policy as policies
from cognify.records import settings
from cognify.records.policy import Key, Policy
from cognify.records.statement import Statement
from cognify.resources import shipped
from cognify.signing import note
from cognify.stating import MEANINGS, Prepared, Signer, envelope, ready, said_by, write
from cognify.stating.policy import bind
from cognify.strictyaml.emitting import emit
from cognify.verification.examination import Examination, Source

VKEY = "trust/log.vkey"
SIGNERS = policies.signers_file(1)
LOG_KEY = "cognify/log.key"
"""Where the log's private key lies by default: inside `.git`, which is never pushed."""

_TRUST_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\Z")

_SOLO = """\
version: 1
profile: solo
people:
  {id}:
    name: {name}
    roles: [owner]
    keys:
      - ssh: {key}
signoff:
  - tiers: [low, medium, high]
    all_of:
      - {{role: owner, min: 1}}
policy_change: {{role: owner, min: 1}}
"""


@dataclass(frozen=True, slots=True)
class Founded:
    """A new inventory: where, under which id, with which genesis, and where its log key lies."""

    root: Path
    inventory: str
    genesis: str
    log_key: Path
    commit: str
    files: tuple[str, ...]


def found(
    root: Path,
    *,
    name: str,
    policy: bytes,
    public_key: str,
    sign: Callable[[bytes, str], bytes],
    signing_key: Path,
    log_key: Path | None,
    frameworks: tuple[str, ...],
    extra_files: dict[str, bytes],
    trust_files: dict[str, bytes],
    at: datetime,
) -> Founded:
    """Make *root* an inventory whose genesis *public_key* signs and binds *trust_files*.

    Raises:
        ConfigurationError: `folder-not-empty`, `name-unusable` for a trust file, or the key is of
            nobody in the policy.
        MalformedRecord: the policy cannot be used; nothing was written.
    """
    if root.exists() and any(root.iterdir()):
        raise ConfigurationError(
            "the folder is not empty", where=str(root), fix="name a new folder", id="folder-not-empty"
        )
    inventory, origin = f"urn:uuid:{uuid.uuid4()}", f"cognify.dev/log/{uuid.uuid4().hex[:12]}"
    signer = note.new_log_key(origin)
    vkey = signer.verifier.text().encode()
    brought = _brought(trust_files)
    trust = {path: canonical.sha256(raw) for path, raw in {**brought, VKEY: vkey}.items()}
    # Bound, too: for whoever verifies with ssh-keygen, this file says whose key is whose.
    signers = policies.allowed_signers(policies.parse(bind(policy, inventory, trust), where="policy"))
    raw = bind(policy, inventory, {**trust, SIGNERS: canonical.sha256(signers)})
    parsed = policies.parse(raw, where=policies.file_name(1))
    founder, role = _founder(parsed, public_key)
    files = {
        settings.NAME: _settings(inventory, name, origin, frameworks),
        policies.file_name(1): raw,
        VKEY: vkey,
        SIGNERS: signers,
        **brought,
        ".gitattributes": GITATTRIBUTES,
        ".gitignore": b"/site/\n/.cache/\n",
        **extra_files,
    }
    root.mkdir(parents=True, exist_ok=True)
    tree = WorkTree(root)
    for path, content in files.items():
        tree.write(path, content)
    prepared = _genesis(tree, parsed, founder, role, at)
    signed = write(tree, prepared, sign)
    workshop = Workshop.create(root, branch="main")
    place = log_key or Repository(root).common_dir / LOG_KEY
    write_atomically(place, signer.text().encode(), mode=0o600)
    author = workshop.identity() or Author(
        founder.person.name, f"{founder.person.id}@{inventory[9:17]}.invalid"
    )
    commit = workshop.commit(
        (*files, *signed), f"Begin {name}\n", author=author, signing_key=signing_key, at=None
    )
    return Founded(root, inventory, prepared.sha256, place, commit, (*files, *signed))


def starting_files(name: str, *, forge: str | None, version: str) -> dict[str, bytes]:
    """What every inventory starts with beside its records: site, hooks, a page for reviewers."""
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    files = {
        "mkdocs.yml": shipped("site_template/inventory/mkdocs.yml").replace(b"@NAME@", quoted.encode()),
        ".pre-commit-config.yaml": shipped("site_template/inventory/pre-commit-config.yaml"),
        "docs/reviewing.md": shipped("site_template/inventory/reviewing.md"),
    }
    if forge == "github":
        workflow = shipped("site_template/inventory/github-verify.yml")
        files[".github/workflows/verify.yml"] = workflow.replace(b"@VERSION@", version.encode())
    return files


def _brought(trust_files: dict[str, bytes]) -> dict[str, bytes]:
    """*trust_files* by their paths under `trust/`."""
    for name in trust_files:
        if not _TRUST_NAME.match(name) or f"trust/{name}" in (VKEY, SIGNERS):
            raise ConfigurationError(
                f"a trust file cannot be called {name!r}", where="--trust",
                fix="use letters, digits, dot, dash and underscore, and no name that init makes itself",
                id="name-unusable",
            )  # fmt: skip
    return {f"trust/{name}": raw for name, raw in sorted(trust_files.items())}


def solo_policy(public_key: str, author: Author | None) -> bytes:
    """A policy of one person, who approves their own work; every report says so."""
    name = " ".join(author.name.split()) if author else ""
    name = name or "Owner"
    id = "".join(c for c in name.split()[0].lower() if c.isascii() and c.isalnum()) or "owner"
    # Quoted where it must be: No, On and Null are names, too.
    text = _SOLO.format(id=emit(id, 0), name=emit(name, 0), key=public_key)
    return text.encode()


def _founder(policy: Policy, public_key: str) -> tuple[Signer, str]:
    person = policy.person_of_key(public_key.split()[1])
    role = policy.change.role if policy.change else (person.roles[0] if person else "")
    if person is None or role not in person.roles:
        holders = ", ".join(p.name for p in policy.holders(role)) or "someone with a key in it"
        raise ApprovalRefused(
            "this key may not begin an inventory under this policy", where=policies.file_name(1),
            fix=f"sign with a key of {holders} (role {role or 'any'})", id="identity-not-a-person",
        )  # fmt: skip
    return Signer(person, Key(public_key).mark), role


def _genesis(tree: WorkTree, policy: Policy, founder: Signer, role: str, at: datetime) -> Prepared:
    x = Examination(Source(tree, NoFiles()), at)
    predicate = {
        **envelope(x, policy, MEANINGS["genesis"], at),
        **said_by(founder, role, ""),
        "trust": dict(policy.trust),
    }
    stated = Statement("genesis", policies.file_name(1), policy.sha256, predicate)
    prepared = ready(stated, "statements/")
    inventory = x.inventory.settings.inventory
    refusals = Proceedings(inventory, {1: policy}).refusals(prepared.statement, prepared.path)
    if refusals:
        raise ApprovalRefused(refusals[0].what, where=prepared.path, fix=refusals[0].fix, id=refusals[0].id)
    return prepared


def _settings(inventory: str, name: str, origin: str, frameworks: tuple[str, ...]) -> bytes:
    listed = "".join(f"  - {framework}\n" for framework in frameworks)
    return (
        "# yaml-language-server: $schema=https://cognify.dev/schemas/inventory/v1.json\n"
        f"cognify: 1\ninventory: {inventory}\nname: {emit(name, 0)}\n"
        f"origin: {origin}\nbranch: main\nframeworks:\n{listed}"
    ).encode()
