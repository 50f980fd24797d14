"""The callback for the Trainer of transformers, and of TRL, whose trainers are Trainers."""

from __future__ import annotations

from typing import Any

from cognify.callbacks.recording import Run, guarded


def made() -> type:
    """The class, on the base class of the transformers that is installed."""
    from transformers import TrainerCallback

    class CognifyCallback(TrainerCallback):
        """Records the training into *folder*, by default its output folder."""

        def __init__(self, folder: str | None = None) -> None:
            self._folder = folder
            self._run: Run | None = None

        @guarded
        def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            if state.is_world_process_zero:
                self._run = _begun(self._folder or args.output_dir, args)

        @guarded
        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **more: Any) -> None:
            if self._run is not None:
                self._run.metrics(_of_one_split(metrics or {}), step=state.global_step)

        @guarded
        def on_predict(self, args: Any, state: Any, control: Any, metrics: Any = None, **more: Any) -> None:
            self.on_evaluate(args, state, control, metrics)

        @guarded
        def on_train_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
            if self._run is not None:
                whole = state.global_step >= state.max_steps
                self._run.end(
                    "finished" if whole else f"stopped after {state.global_step} of {state.max_steps} steps"
                )

    return CognifyCallback


def _begun(folder: str, args: Any) -> Run:
    run = Run(folder)
    run.params(args.to_dict())
    run.begin()
    return run


def _of_one_split(metrics: dict[str, Any]) -> dict[str, Any]:
    """Without pace, and without `eval_*` beside another prefix, which TRL writes for any split."""
    pace = ("_runtime", "_per_second", "_num_tokens", "_samples", "_model_preparation_time")
    found = {k: v for k, v in metrics.items() if not k.endswith(pace) and k != "epoch"}
    others = {k.partition("_")[0] for k in found} - {"eval"}
    return {k: v for k, v in found.items() if not (others and k.startswith("eval_"))}
