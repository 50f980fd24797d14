"""Verifying an inventory of many sealed versions against git verify-commit and ssh-keygen, one by one.

`bench_verify.py [COUNT]`: so many sealed versions (1,000), with three approvals each. The peer
is timed on a sample and taken times the number of commits and of statements.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from many import make
from pairing import BIN, report, seconds

GOAL = 0.02
SAMPLE = 40


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        scene = make(Path(folder, "home"), count)
        signers = (scene.root / "trust/allowed_signers").read_text()
        Path(folder, "signers").write_text(signers.replace('namespaces="', 'namespaces="git,'))
        commits = scene.git("rev-list", "main").splitlines()
        paths = sorted(scene.root.glob("models/*/*/statements/*.json"))

        def ours() -> None:
            done = subprocess.run([f"{BIN}/cognify", "verify", "--format", "json"], cwd=scene.root,
                                  env=scene.environment, capture_output=True, check=True)  # fmt: skip
            assert json.loads(done.stdout)["log"]["size"] > 4 * count

        def git() -> None:
            for commit in commits[:SAMPLE]:
                subprocess.run(
                    ["git", "-c", f"gpg.ssh.allowedSignersFile={folder}/signers", "verify-commit", commit],
                    cwd=scene.root, env=scene.environment, capture_output=True, check=True,
                )  # fmt: skip

        def ssh_keygen() -> None:
            for path in paths[:SAMPLE]:
                kind, person = path.name.rsplit(".", 3)[0], path.name.rsplit(".", 3)[1]
                subprocess.run(
                    ["ssh-keygen", "-Y", "verify", "-f", "trust/allowed_signers", "-I", person, "-n",
                     f"{kind}.v1@cognify.dev", "-s", f"{path}.sig"],
                    input=path.read_bytes(), cwd=scene.root, capture_output=True, check=True,
                )  # fmt: skip

        mine = seconds(ours)
        theirs = seconds(git) / SAMPLE * len(commits) + seconds(ssh_keygen) / SAMPLE * len(paths)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        name = f"verify {count} versions, {len(paths)} sign-offs"
        report(name, (mine, theirs, mine / theirs), GOAL, "verify-commit + ssh-keygen, each")
        print(f"{'':34} {mine / count * 1000:9.2f} ms a version, {memory} MB")


if __name__ == "__main__":
    main()
