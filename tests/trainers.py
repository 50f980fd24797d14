"""Training libraries, in an environment of their own: torch (CPU), transformers, Lightning, Keras.

`make trainers` sets it up (about 1.5 GB); tests that need it skip loudly where it is not.
"""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv/trainers/bin/python"


def needed(*modules: str) -> str:
    """The interpreter that can import *modules*; a skip that says how to get them otherwise."""
    if PYTHON.exists():
        words = [PYTHON, "-c", f"import {', '.join(modules)}"]
        done = subprocess.run(words, env=environment(), capture_output=True, check=False)
        if done.returncode == 0:
            return str(PYTHON)
    pytest.skip(f"needs {', '.join(modules)}: `make trainers` (about 1.5 GB)")


def environment(**more: str) -> dict[str, str]:
    """Where the trainers' interpreter finds Cognify and what it needs, and finds no network."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COV", "HF_", "GIT_"))}
    return {
        **kept, "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")]), "HF_HUB_OFFLINE": "1",
        "KERAS_BACKEND": "torch", "CUDA_VISIBLE_DEVICES": "", "TOKENIZERS_PARALLELISM": "false", **more,
    }  # fmt: skip
