"""Where the demo plays: people with real SSH keys, a bare origin, a clone; every command is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cognify.errors import SurroundingsError

MODEL = "memo-triage"
PEOPLE = {"mara": "Mara Voss", "ines": "Ines Okafor", "tomas": "Tomas Lind"}
POLICY = """\
# Who may do what. `cognify init` adds the inventory's id and the digests of the trust files.
version: 1
profile: bank
people:
  mara:
    name: Mara Voss
    roles: [developer]
    keys: [{{ssh: "{mara}"}}]
  ines:
    name: Ines Okafor
    roles: [model-risk, policy-owner]
    keys: [{{ssh: "{ines}"}}]
  tomas:
    name: Tomas Lind
    roles: [compliance]
    keys: [{{ssh: "{tomas}"}}]
exclusive_roles: [[developer, model-risk], [developer, compliance], [model-risk, compliance]]
signoff:
  - tiers: [low, medium, high]
    all_of: [{{role: model-risk, min: 1}}, {{role: compliance, min: 1}}]
    not: [author, trainer, evidence-author]
    max_age_days: 30
policy_change: {{role: policy-owner, min: 1}}
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


class Stage:
    """The folders of one demo, and how commands are run in them."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self._say = folder.resolve(), say
        self.inventory = self.folder / "inventory"
        # Nothing of the user's own git or ssh set-up plays a part, and nothing of it is touched.
        kept = ("PATH", "LANG", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")
        self._environment = {name: os.environ[name] for name in kept if name in os.environ} | {
            "HOME": str(self.folder / "home"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "PYTHONUTF8": "1",
        }

    def key(self, person: str) -> Path:
        """The private key of *person*."""
        return self.folder / "keys" / person

    def make(self) -> None:
        """The folders, the keys and the policy."""
        for name in ("home", "keys"):
            (self.folder / name).mkdir(parents=True)
        for person in PEOPLE:
            self.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-C", person, "-f", str(self.key(person))],
                     cwd=self.folder)  # fmt: skip
        public = {p: " ".join(self.key(p).with_suffix(".pub").read_text().split()[:2]) for p in PEOPLE}
        (self.folder / "policy.yaml").write_text(POLICY.format(**public), encoding="utf-8")

    def cognify(self, *arguments: str, cwd: Path | None = None, expect: int = 0) -> Done:
        """Show and run one cognify command; *expect* is the exit code that the story needs."""
        self._say("$ cognify " + " ".join(self._shown(a) for a in arguments))
        return self.run([sys.executable, "-m", "cognify", *arguments], cwd=cwd, expect=expect)

    def git(self, *arguments: str, cwd: Path | None = None, by: str = "mara") -> Done:
        """Run git as *by*, quietly; commits are SSH-signed with their key."""
        options = {
            "user.name": PEOPLE[by], "user.email": f"{by}@groesse-lending.example",
            "gpg.format": "ssh", "user.signingkey": str(self.key(by)), "commit.gpgsign": "true",
            "init.defaultBranch": "main", "advice.detachedHead": "false",
        }  # fmt: skip
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return self.run(["git", *flags, *arguments], cwd=cwd)

    def commit(self, message: str, *, by: str) -> None:
        """Commit everything in the work tree, signed by *by*."""
        self.git("add", "--all", by=by)
        self.git("commit", "--quiet", "-m", message, by=by)

    def run(self, command: list[str], *, cwd: Path | None = None, expect: int = 0) -> Done:
        """Run *command*.

        Raises:
            SurroundingsError: `demo-stopped`, it ended with another code than *expect*.
        """
        try:
            done = subprocess.run(
                command, cwd=cwd or self.inventory, env=self._environment, capture_output=True,
                stdin=subprocess.DEVNULL, check=False, encoding="utf-8", errors="replace",
            )  # fmt: skip
        except FileNotFoundError:
            raise SurroundingsError(
                f"{command[0]} is not installed", where="PATH",
                fix="install git and OpenSSH (ssh-keygen)", id="demo-stopped",
            ) from None  # fmt: skip
        if done.returncode != expect:
            raise SurroundingsError(
                f"a step of the demo ended with {done.returncode} instead of {expect}: "
                f"{(done.stderr or done.stdout).strip()[-600:]}",
                where=" ".join(command[:6]), fix="remove the folder, then run it again", id="demo-stopped",
            )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def _shown(self, argument: str) -> str:
        text = argument.replace(str(self.folder) + os.sep, "")
        return f"'{text}'" if " " in text else text
