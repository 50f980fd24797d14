"""`cognify check` of one card, lock replay included, against check-jsonschema of the same card."""

from __future__ import annotations

import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path

from pairing import BIN, command, paired, report

from tests import scenario


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene = scenario.found(Path(folder, "home"))
        run = Path(str(files("cognify.demo") / "runs" / "1.1.0"))
        scene.must("capture", "memo", "1.1.0", str(run), "--tier", "low")
        schema = Path(folder, "card.schema.json")
        schema.write_bytes(scene.must("schema", "card").out.encode())
        card = scene.root / "models/memo/1.1.0/card.yaml"
        # Pending fields are findings (exit 1); the time is what counts here, so the code is let through.
        command_line = [f"{BIN}/cognify", "check", str(card)]

        def ours() -> None:
            subprocess.run(command_line, cwd=scene.root, capture_output=True, check=False)

        peer = command([f"{BIN}/check-jsonschema", "--schemafile", str(schema), str(card)])
        report("cognify check, one card", paired(ours, peer), 1.0, "check-jsonschema")


if __name__ == "__main__":
    main()
