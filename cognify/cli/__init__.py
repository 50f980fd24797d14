"""The command line: the only room that reads the environment, prints, or exits.

Commands are looked up by name in a static table and imported when they are called, and the list
of them needs not even click: `cognify --help` is as quick as an interpreter starts.
"""

from __future__ import annotations

import os
import sys

from cognify import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("cognify.cli.demo", "Take a real recorded fine-tune through the whole life of a record."),
    "init": ("cognify.cli.init", "Begin an inventory: policy, trust files, genesis, log."),
    "capture": ("cognify.cli.capture", "Fill a model card from what a training run left on disk."),
    "run": ("cognify.cli.run", "Run a command, record the run, and capture what it left."),
    "fill": ("cognify.cli.fill", "Replay machine fields and put them back where they differ."),
    "why": ("cognify.cli.why", "Show the file, hash, locator and raw bytes behind a value."),
    "check": ("cognify.cli.check", "Check cards, citations, manifests and framework evidence."),
    "coverage": ("cognify.cli.coverage", "What each framework asks of a version, and what evidences it."),
    "delta": ("cognify.cli.delta", "What changed since the last approved version, by how much it matters."),
    "framework": ("cognify.cli.framework", "List, compare, begin and try framework packs."),
    "propose": ("cognify.cli.signoff", "Freeze a version's bytes and propose it for sign-off."),
    "approve": ("cognify.cli.signoff", "Approve a proposed version, exactly as its bytes stand."),
    "reject": ("cognify.cli.signoff", "Reject a proposed version."),
    "withdraw": ("cognify.cli.signoff", "Withdraw your own approval or rejection."),
    "state": (
        "cognify.cli.state",
        "Plan, runs, amendments, ends, exceptions, removals: all else that is signed.",
    ),
    "policy": ("cognify.cli.policy", "Show the policy; propose and approve its next version."),
    "key": ("cognify.cli.key", "Retire a key, or declare it compromised."),
    "seal": ("cognify.cli.seal", "Sequence what was merged and sign a checkpoint over it."),
    "verify": ("cognify.cli.verify", "Verify an inventory or a package, step by step."),
    "monitor": ("cognify.cli.monitor", "Report on a sealed version in use, against the approved limits."),
    "gate": ("cognify.cli.gate", "May these weights be used? Asked before a deployment."),
    "drill": ("cognify.cli.drill", "Commit crimes on copies, and see that each is caught."),
    "status": ("cognify.cli.status", "The inventory as a table."),
    "log": ("cognify.cli.log", "The trail of the inventory, a model or a version."),
    "site": ("cognify.cli.site", "Build the static audit site."),
    "package": ("cognify.cli.package", "Write the auditor's package of one version."),
    "hook": ("cognify.cli.hook", "What a Git host runs before it accepts a push."),
    "schema": ("cognify.cli.schema", "Print one of the published JSON Schemas."),
}
_HELP = """\
Usage: cognify [--help | --version] COMMAND [ARGUMENTS]

  The audit layer between experiment tracking and compliance review.

  Begin with:        cognify demo build/demo
  Help on a command: cognify verify --help

Exit codes: 0 all well, 1 findings, 2 usage, 3 verification failed, 4 cannot verify, 5 our bug.
"""
# Where git is told to look by whoever calls us (a hook, a careless shell, an attacker): never ours.
_LOCATIONS = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_REPLACE_REF_BASE", "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT",
    "GIT_PREFIX", "GIT_QUARANTINE_PATH",
)  # fmt: skip


_INCOMING = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY")
incoming: list[str] = []
"""Where git keeps what a push brings until it is accepted: the one thing a hook is told by its caller."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its published exit code."""
    incoming[:] = [os.environ[name] for name in _INCOMING if os.environ.get(name)][:1]
    for name in _LOCATIONS:
        os.environ.pop(name, None)
    given = sys.argv[1:] if arguments is None else arguments
    if given in ([], ["--help"], ["-h"]):
        sys.stdout.write(help_text())
        return 0
    if given == ["--version"]:
        sys.stdout.write(f"cognify, version {__version__}\n")
        return 0
    from cognify.cli.program import run

    return run(given)


def help_text() -> str:
    """What `cognify --help` prints."""
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{line}" for name, (_, line) in COMMANDS.items()]
    return "\n".join([_HELP.format(version=__version__), "Commands:", *lines, ""])
