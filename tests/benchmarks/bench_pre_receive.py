"""One more record, pushed to a host that holds many sealed ones: the hook, and the push around it.

`python tests/benchmarks/bench_pre_receive.py [COUNT] [HOME]`; HOME keeps the inventory between runs.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import many
from pairing import BIN, seconds

from tests import forge
from tests.scenario import Scene

GOAL = 1.0
HOOK = Path(__file__).parents[2] / "hooks/pre-receive"


def hosted(scene: Scene, host: Path) -> None:
    shutil.rmtree(host, ignore_errors=True)
    scene.git("clone", "--quiet", "--bare", "--no-hardlinks", str(scene.root), str(host), cwd=scene.home)
    shutil.copy(HOOK, host / "hooks/pre-receive")
    scene.environment["PATH"] = f"{BIN}:{scene.environment['PATH']}"


def one_record(scene: Scene, number: int) -> str:
    """A commit with one more version and its four statements on top of main, without a work tree."""
    pens = {person: many.Pen.of(scene, person) for person in ("mara", "ines", "noor", "tomas")}
    maker = many.Maker(scene, pens, forge.log_file(scene).splitlines(), {})
    maker.begin()
    maker.version(number)
    files = {path: raw for _, _, brought in maker.commits for path, raw in brought.items()}
    tip = scene.git("rev-parse", "main")
    stream = b"".join(many._stream(f"refs/heads/one/{number}", tip, [("mara", "one record", files)]))
    subprocess.run(["git", "fast-import", "--force", "--quiet", "--date-format=raw"], cwd=scene.root, check=True,
                   input=stream, env=scene.environment)  # fmt: skip
    return f"one/{number}"


def push(scene: Scene, host: Path, branch: str) -> None:
    done = subprocess.run(["git", "push", "--quiet", str(host), f"{branch}:main"], cwd=scene.root, check=False,
                          env=scene.environment, capture_output=True)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()


def main() -> None:
    sizes = [int(a) for a in sys.argv[1:2]] or [1_000]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder, "home")
        scene = Scene(home) if home.exists() else many.make(home, sizes[0])
        host = Path(folder, "host.git")
        hosted(scene, host)
        branch = one_record(scene, sizes[0] + 1)
        old, new = scene.git("rev-parse", "main"), scene.git("rev-parse", branch)
        scene.git("fetch", "--quiet", str(scene.root), f"{branch}:brought", cwd=host)
        line = f"{old} {new} refs/heads/main\n".encode()
        runs = [
            seconds(lambda: subprocess.run([f"{BIN}/cognify", "hook", "pre-receive"], cwd=host, input=line,
                                           check=True, env=scene.environment))
            for _ in range(5)
        ]  # fmt: skip
        scene.git("branch", "-D", "--quiet", "brought", cwd=host)
        whole = seconds(lambda: push(scene, host, branch))
        took = statistics.median(runs)
        print(
            f"pre-receive, one record on {sizes[0]} sealed: hook {took:.2f} s, whole push {whole:.2f} s  "
            f"goal {GOAL:g} s  {'ok' if took <= GOAL else 'MISSED'}"
        )


if __name__ == "__main__":
    main()
