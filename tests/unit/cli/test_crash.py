"""A crash says where, and never what it was working on."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from cognify.cli import program
from tests import seeds


def test_a_report_holds_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception's message may quote the very bytes that may not be written anywhere."""
    value = seeds.CREDENTIALS["github-token"]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken(*_: object, **__: object) -> None:
        raise KeyError(value)

    monkeypatch.setattr(program.cli, "main", broken)
    assert program.run(["capture"]) == 5
    (report,) = tmp_path.glob("cognify-crash-*.txt")
    said = report.read_text() + "".join(capsys.readouterr())
    assert "KeyError" in said
    assert "test_crash.py" in said
    assert value not in said
