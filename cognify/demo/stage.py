"""Where the demo plays: people with real SSH keys, a bare origin, a clone; every command is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cognify.errors import SurroundingsError

_HERE = str(Path(__file__).parent) + os.sep


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: names by id, the policy with `{id}` where each public key goes, the domain of their mail.

    The first of the people is the engineer, who captures and proposes.
    """

    people: Mapping[str, str]
    policy: str
    domain: str

    @property
    def engineer(self) -> str:
        """Whose commits are those that nobody else signs."""
        return next(iter(self.people))


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


class Stage:
    """The folders of one demo, and how commands are run in them."""

    def __init__(self, folder: Path, cast: Cast, say: Callable[[str], None]) -> None:
        self.folder, self.cast, self.say = folder.resolve(), cast, say
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
        for person in self.cast.people:
            self.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-C", person, "-f", str(self.key(person))],
                     cwd=self.folder)  # fmt: skip
        public = {
            p: " ".join(self.key(p).with_suffix(".pub").read_text().split()[:2]) for p in self.cast.people
        }
        (self.folder / "policy.yaml").write_text(self.cast.policy.format(**public), encoding="utf-8")

    def cognify(self, *arguments: str, cwd: Path | None = None, expect: int = 0) -> Done:
        """Show and run one cognify command; *expect* is the exit code that the story needs."""
        self.say("$ cognify " + " ".join(self._shown(a) for a in arguments))
        return self.run([sys.executable, "-m", "cognify", *arguments], cwd=cwd, expect=expect)

    def git(self, *arguments: str, cwd: Path | None = None, by: str = "") -> Done:
        """Run git as *by*, or as the engineer, quietly; commits are SSH-signed with their key."""
        by = by or self.cast.engineer
        options = {
            "user.name": self.cast.people[by], "user.email": f"{by}@{self.cast.domain}",
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
        text = argument.replace(str(self.folder) + os.sep, "").replace(_HERE, "")
        return f"'{text}'" if " " in text else text
