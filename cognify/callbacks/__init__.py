"""One line in a training script, and its run folder says what it did. For `cognify capture`, later.

`CognifyCallback` is for the Trainer of transformers and TRL, `LightningCallback` for PyTorch
Lightning, `KerasCallback` for Keras, and `record` for everything else. Importing this room imports
none of them, and nothing but the standard library. Whatever fails in here is logged, and the
training goes on.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from cognify.callbacks.recording import Run, record

if TYPE_CHECKING:
    CognifyCallback: Any
    LightningCallback: Any
    KerasCallback: Any

_MADE = {
    "CognifyCallback": "cognify.callbacks.huggingface",
    "LightningCallback": "cognify.callbacks.lightning",
    "KerasCallback": "cognify.callbacks.keras",
}

__all__ = ["CognifyCallback", "KerasCallback", "LightningCallback", "Run", "record"]


def __getattr__(name: str) -> Any:
    """A callback's class, made when it is asked for: its base class is the framework's."""
    if name in _MADE:
        made = importlib.import_module(_MADE[name]).made()
        globals()[name] = made
        return made
    raise AttributeError(name)
