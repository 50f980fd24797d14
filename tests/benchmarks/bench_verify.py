"""Verifying an inventory of many sealed versions against git verify-commit and ssh-keygen, one by one.

`bench_verify.py [COUNT [HOME]]`: so many sealed versions (1,000), with a proposal and three approvals
each, made in HOME (and used again from there) or in a folder of its own. The peer is timed on a
sample in turn with ours, and taken times the number of commits and of statements. Ours is said as
wall time and as CPU of all its processes: a large inventory is read on two processors.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from many import make
from pairing import BIN, Cost, cost, report

GOAL = 0.02
SAMPLE = 40
RUNS = 5


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        _bench(count, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder, "home"), folder)


def _bench(count: int, home: Path, folder: str) -> None:
    scene = make(home, count)
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

    ours(), git(), ssh_keygen()
    pairs = list[tuple[Cost, Cost]]()
    for _ in range(RUNS):
        mine, commit, statement = cost(ours), cost(git), cost(ssh_keygen)
        pairs.append((mine, commit * (len(commits) / SAMPLE) + statement * (len(paths) / SAMPLE)))
    name, peer = f"verify {count} versions, {len(paths)} sign-offs", "verify-commit + ssh-keygen, each"
    for part in ("wall", "cpu"):
        both = [(getattr(mine, part), getattr(theirs, part)) for mine, theirs in pairs]
        middle = (*map(statistics.median, zip(*both, strict=True)), statistics.median(a / b for a, b in both))
        report(f"{name}, {part}", middle, GOAL, peer)
    cpu = statistics.median(mine.cpu for mine, _ in pairs)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(
        f"{'':34} {cpu / count * 1000:.2f} ms of CPU a version, {len(paths) / cpu:.0f} signatures with all "
        f"that hangs on them a CPU second, {memory} MB in the largest process"
    )


if __name__ == "__main__":
    main()
