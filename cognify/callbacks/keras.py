"""The callback for Keras."""

from __future__ import annotations

from typing import Any

from cognify.callbacks.recording import Run, guarded


def made() -> type:
    """The class, on the base class of the Keras that is installed."""
    import keras

    class KerasCallback(keras.callbacks.Callback):
        """Records the training into *folder*."""

        def __init__(self, folder: str) -> None:
            super().__init__()
            self._run = Run(folder)

        @guarded
        def on_train_begin(self, logs: Any = None) -> None:
            known = self.params or {}
            self._run.params({key: known.get(key) for key in ("epochs", "steps", "batch_size")})
            chosen = getattr(self.model, "optimizer", None)
            if chosen is not None:
                self._run.params({f"optimizer_{k}": v for k, v in chosen.get_config().items()})
            self._run.begin()

        @guarded
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            # `loss` without a prefix is of the training split while it changes: no result.
            self._run.metrics({k: v for k, v in (logs or {}).items() if k.startswith("val_")}, step=epoch + 1)

        @guarded
        def on_train_end(self, logs: Any = None) -> None:
            self._run.end()

    return KerasCallback
