"""The worked examples, each played once for all tests of a process: with real git and real keys, its site too."""

from __future__ import annotations

import functools
import gc
import io
import os
import warnings
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cognify import cli, demo
from cognify.demo import example
from cognify.demo.stage import Done, Stage

Played = tuple[Stage, demo.Worked]


def here(stage: Stage, *arguments: str, cwd: Path | None = None, expect: int = 0) -> Done:
    """The same command line in this process: what it costs to start Python thirty times is saved."""
    out, err, before = io.StringIO(), io.StringIO(), Path.cwd()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in ("HOME", "GIT_CONFIG_NOSYSTEM", "GIT_TERMINAL_PROMPT"):
            patch.setenv(name, stage._environment[name])
        os.chdir(cwd or stage.inventory)
        try:
            code = cli.main(list(arguments))
        finally:
            os.chdir(before)
    # What a process leaves to its end (GitPython's `git cat-file`) has to be collected where there is none.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    assert code == expect, f"{arguments}: {code}\n{out.getvalue()}\n{err.getvalue()}"
    return Done(code, out.getvalue(), err.getvalue())


@functools.cache
def played(base: Path, name: str) -> Played:
    """The example *name* as far as its seal, in the temporary folder *base* of the session."""
    folder = base / "worked" / name
    folder.parent.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stage, "cognify", here)
        return example.seal(name, folder, lambda line: None, at=datetime.now(UTC).replace(microsecond=0))


@functools.cache
def site(base: Path, name: str) -> Path:
    """The folder of the site of the example *name*."""
    stage, _ = played(base, name)
    folder = stage.folder / "site"
    here(stage, "site", "build", "-o", str(folder))
    return folder
