"""Writing a package: the same verified inventory gives the same bytes, on any day, in any zone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from cognify import __version__, canonical, resources
from cognify.errors import VerificationError
from cognify.inventory import BUNDLE, SIGNATURE, Inventory, Version, is_statement, report_of
from cognify.ledger.log import LEAVES
from cognify.records import lock as locks
from cognify.records import statement as statements
from cognify.verification import Verification, VerifiedRecord
from cognify.verification.result import SEALED

CHECKSUMS = "CHECKSUMS.sha256"
DESCRIPTION = "package.json"
INVENTORY = "inventory/"
TOOLS = ("VERIFY.md", "verify.html", "verify.sh", "verify.py")
"""What a package brings to be verified with, as it is shipped."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(result: Verification, version: Version, *, pages: Mapping[str, bytes]) -> bytes:
    """The package of *version*: its bytes, the log, the keys, the means to verify, and *pages*.

    Only a sealed version of an inventory that verifies is packed. Statements that are merged and
    not sequenced yet are left out: nothing in a package rests on them.

    Raises:
        VerificationError: `not-sealed`, `leaves-unsigned`, or the inventory does not verify.
    """
    record = result.record(version)
    if record is None or record.state not in SEALED:
        raise VerificationError(
            f"{version} is not sealed", where=version.prefix,
            fix="package it after `cognify seal` has sealed it", id="not-sealed",
        )  # fmt: skip
    if result.exit_code:
        first = result.findings[0]
        raise VerificationError(
            f"the inventory does not verify: {first.what}", where=first.where,
            fix="run `cognify verify` and mend what it finds", id=first.id,
        )  # fmt: skip
    if result.log_files.get(LEAVES, b"").count(b"\n") != result.log.size:
        raise VerificationError(
            "the log has leaves that no checkpoint signs", where=LEAVES,
            fix="run `cognify seal` again: it resumes", id="leaves-unsigned",
        )  # fmt: skip
    logged = frozenset(leaf.sha256 for leaf in result.chain.leaves)
    records = _records(result.inventory, version, logged)
    files = {
        **{f"{INVENTORY}{path}": raw for path, raw in records.items()},
        **result.log_files,
        **{name: resources.shipped(f"site_template/package/{name}") for name in TOOLS},
        **pages,
        DESCRIPTION: _description(result, record),
    }
    files[CHECKSUMS] = checksums({path: canonical.sha256(raw) for path, raw in files.items()})
    return archive(files, top=f"{version.model}-{version.version}")


def _records(inventory: Inventory, version: Version, logged: frozenset[str]) -> dict[str, bytes]:
    """What a stranger needs of the inventory: this version, and what all versions rest on."""
    files = inventory.files
    wanted = {"cognify.yaml"}
    wanted |= {p for p in files.paths() if p.startswith(("policy/", "trust/", "statements/", version.prefix))}
    lock = locks.parse(files.read(version.lock), where=version.lock)
    wanted |= {a.path for a in lock.artifacts.values() if a.path and a.path.startswith("datasets/")}
    for path in [p for p in wanted if is_statement(p)]:
        if canonical.sha256(files.read(path)) not in logged:
            wanted -= {path, path + SIGNATURE, path + BUNDLE}
    for path in [p for p in wanted if is_statement(p) and p.startswith(version.statements)]:
        report = report_of(statements.parse(files.read(path), where=path).subject)
        wanted |= set(files.paths(report.prefix)) if report else set()
    return {path: files.read(path) for path in sorted(wanted)}


def _description(result: Verification, record: VerifiedRecord) -> bytes:
    return canonical.pretty(
        {
            "cognify": __version__,
            "digest": record.digest,
            "genesis": result.genesis,
            "inventory": result.settings.inventory,
            "log": {"origin": result.log.origin, "root": result.log.root, "size": result.log.size},
            "model": record.version.model,
            "not_proven": list(result.not_proven),
            "package": 1,
            "record": record.record,
            "version": record.version.version,
        }
    )


def checksums(digests: Mapping[str, str]) -> bytes:
    """`sha256sum -c` lines over every file of the package but this one, by their paths."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def archive(files: Mapping[str, bytes], *, top: str) -> bytes:
    """A ZIP of *files* under the folder *top*: sorted, one fixed time and mode, stored or deflated.

    Deflate differs between zlib builds, so members are stored: equal input gives equal bytes.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(files, key=str.encode):
            member = zipfile.ZipInfo(f"{top}/{path}", _EPOCH)
            member.create_system = 3
            member.external_attr = (0o100755 if path.endswith((".sh", ".py")) else 0o100644) << 16
            packed.writestr(member, files[path])
    return buffer.getvalue()
