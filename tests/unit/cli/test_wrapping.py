"""What `cognify run` reads from its own line, and what of the command it tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognify.cli import wrapping

HERE = Path("/scratch/größe/code")


@pytest.mark.parametrize(("argv", "said", "withheld"), [
    (["python", "train.py", "--lr", "0.1"], ["python", "train.py", "--lr", "0.1"], 0),
    (["/opt/conda/bin/python", "/scratch/größe/code/train.py"], ["python", "train.py"], 0),
    (["python", "/data/größe/x.csv"], ["python", "[scrubbed]/x.csv"], 0),
    (["t", "--api-key", "abc"], ["t", "--api-key", "[redacted]"], 1),
    (["t", "--token", "--next"], ["t", "--token", "--next"], 0),
    (["t", "password=abc", "--lr", "1"], ["t", "password=[redacted]", "--lr", "1"], 1),
    (["t", "-p", "see password: Tr0ub4dor"], ["t", "-p", "see password: [redacted]"], 1),
    (["t", "-H", "Authorization:", "Bearer", "a1b2c3d4e5f6g7h8i9j0k1"], ["t", "-H", "Authorization:", "Bearer", "[redacted]"], 1),
])  # fmt: skip
def test_a_command_as_it_is_told(argv: list[str], said: list[str], withheld: int) -> None:
    """Secrets by their option's name, and folders of the machine, are left out; the rest stays."""
    assert wrapping.told(argv, HERE) == (said, withheld)


def test_what_is_declared() -> None:
    """Relative to the working folder, with a role if one was said; of another place the name alone."""
    found = wrapping.declared(
        ["train=data/a.csv", "x=y.csv", "/scratch/größe/code/b", "/mnt/far/c", "../d", "b"], HERE
    )
    assert [(item.name, item.role) for item in found] == [
        ("data/a.csv", "train"), ("x=y.csv", ""), ("b", ""), ("c", ""), ("../d", ""),
    ]  # fmt: skip
