"""The tables in the READMEs of the worked examples, from examples that were played. Run by `make fix`."""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cognify import demo
from cognify.demo import example

FOLDER = Path(demo.__file__).parent / "worked"
BEGIN, END = "<!-- counts: written by `make fix` -->\n", "<!-- end of counts -->\n"
_COLUMNS = ("present", "partial", "missing", "not_applicable", "held_elsewhere")


def table(made: demo.Worked) -> str:
    """One row for each pack that is adopted."""
    head = f"| pack | {' | '.join(name.replace('_', ' ') for name in _COLUMNS)} |\n|---|{'---|' * len(_COLUMNS)}\n"
    rows = (f"| `{id}` | {' | '.join(str(counts[c]) for c in _COLUMNS)} |\n" for id, counts in made.coverage)
    return head + "".join(rows)


def written(name: str) -> str:
    """The table as the README of *name* has it."""
    text = (FOLDER / name / "README.md").read_text(encoding="utf-8")
    return text.split(BEGIN, 1)[1].split(END, 1)[0]


def told_gaps(name: str) -> list[str]:
    """The gaps that the README of *name* names: finding id, and the requirement where there is one."""
    text = (FOLDER / name / "README.md").read_text(encoding="utf-8")
    return sorted(re.findall(r"^- (`[a-z-]+`(?: \S.*?)?): ", text, re.M))


def gaps(made: demo.Worked) -> list[str]:
    """The same, from what `check` left open."""
    asked = [re.match(r"(\S+@\S+?/.+?) asks: ", gap["what"]) for gap in made.gaps]
    return sorted(f"`{gap['id']}`{f' {m[1]}' if m else ''}" for gap, m in zip(made.gaps, asked, strict=True))


def main() -> None:
    for name in demo.NAMES:
        with tempfile.TemporaryDirectory() as folder:
            _, made = example.seal(name, Path(folder) / name, lambda line: None, at=datetime.now(UTC))
        path = FOLDER / name / "README.md"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(BEGIN + written(name), BEGIN + table(made)), encoding="utf-8")


if __name__ == "__main__":
    main()
