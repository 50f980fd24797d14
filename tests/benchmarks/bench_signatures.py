"""Verifying sign-offs in process against one `ssh-keygen -Y verify` per signature."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from pairing import paired, report

from cognify.records import policy
from cognify.signing import sshsig
from tests import scenario

GOAL = 1 / 50
RATE = 5000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene = scenario.sealed(Path(folder, "home"))
        path = scene.statement("1.0.0", "signoff.approve", "ines")
        raw, signature = path.read_bytes(), path.with_name(path.name + ".sig").read_bytes()
        first = scene.root / "policy/0001.yaml"
        rules = policy.parse(first.read_bytes(), where="policy/0001.yaml")
        batch = 200

        def ours() -> None:
            for _ in range(batch):
                parsed = sshsig.parse(signature)
                sshsig.verify(parsed, raw, namespace="signoff.approve.v1@cognify.dev")
                assert rules.person_of_key(parsed.key)

        def peer() -> None:
            for _ in range(5):
                subprocess.run(
                    ["ssh-keygen", "-Y", "verify", "-f", "trust/allowed_signers", "-I", "ines", "-n",
                     "signoff.approve.v1@cognify.dev", "-s", f"{path}.sig"],
                    input=raw, cwd=scene.root, check=True, capture_output=True,
                )  # fmt: skip

        mine, theirs, ratio = paired(ours, peer)
        report(
            "one sign-off, in process",
            (mine / batch, theirs / 5, ratio * 5 / batch),
            GOAL,
            "ssh-keygen -Y verify",
        )
        start = time.process_time()
        ours()
        rate = batch / (time.process_time() - start)
        print(
            f"{'':34} {rate:.0f} signatures a CPU second, goal {RATE}  {'ok' if rate >= RATE else 'MISSED'}"
        )


if __name__ == "__main__":
    main()
