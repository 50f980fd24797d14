"""The callback for PyTorch Lightning, under either of its names."""

from __future__ import annotations

from typing import Any

from cognify.callbacks.recording import Run, guarded


def made() -> type:
    """The class, on the base class of the Lightning that is installed."""
    try:
        from lightning.pytorch import Callback
    except ImportError:
        from pytorch_lightning import Callback

    class LightningCallback(Callback):
        """Records the training into *folder*, by default the Trainer's root folder."""

        def __init__(self, folder: str | None = None) -> None:
            self._folder = folder
            self._run: Run | None = None

        @guarded
        def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
            if trainer.is_global_zero:
                self._run = run = Run(self._folder or trainer.default_root_dir)
                run.params(dict(getattr(pl_module, "hparams", {}) or {}))
                run.params(max_epochs=trainer.max_epochs, max_steps=trainer.max_steps)
                run.begin()

        @guarded
        def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
            if not trainer.sanity_checking:
                self._told(trainer)

        @guarded
        def on_test_end(self, trainer: Any, pl_module: Any) -> None:
            self._told(trainer)

        @guarded
        def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
            if self._run is not None:
                self._run.end("stopped early" if getattr(trainer, "interrupted", False) else "finished")

        @guarded
        def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
            if self._run is not None:
                self._run.end(f"failed with {type(exception).__name__}")

        def _told(self, trainer: Any) -> None:
            if self._run is not None:
                named = {k: v for k, v in trainer.callback_metrics.items() if not k.startswith("train")}
                self._run.metrics(named, step=trainer.global_step)

    return LightningCallback
