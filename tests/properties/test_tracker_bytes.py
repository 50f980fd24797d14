"""What trackers left, damaged: values whose citations replay, or a refusal by name; nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from cognify import readers, replay
from cognify.records.lock import Citation
from tests.properties.test_foreign_bytes import REFUSED, answer, bent, some
from tests.trackers import (
    comet_archive,
    comet_metric,
    comet_param,
    field,
    tf_event,
    tf_events,
    tf_hparams,
    tf_scalar,
    trackio_store,
    wandb_exit,
    wandb_history,
    wandb_log,
    wandb_run,
)

pytestmark = pytest.mark.slow
HISTORY = [wandb_history(n, {"val/größe": n / 7, "test/loss": float("nan")}) for n in range(5)]
ARTIFACT = field(8, field(4, "dataset") + field(5, "d") + field(6, "0" * 32)
                 + field(12, field(4, field(1, "train.csv") + field(2, "x"))))  # fmt: skip
WANDB = wandb_log([wandb_run("abc12345", {"lr": 0.5, "deep": {"a": [1]}}), ARTIFACT, *HISTORY, wandb_exit()])
SETTING = field(3, field(1, field(1, "lr") + field(2, field(2, 0.5))))
EVENTS = tf_events([
    tf_event(0, version="brain.Event:2"), tf_event(1, tf_hparams("h", SETTING)),
    *(tf_event(n, tf_scalar("val/größe", n / 7)) for n in range(5)),
])  # fmt: skip
COMET = comet_archive([comet_param("lr", 0.5), *(comet_metric("größe", n / 7, "val", n) for n in range(5))])
CONFIG = "lr:\n  value: 1.0e-05\ndeep:\n  value:\n    größe: [1, 2]\n".encode()


def _trackio(folder: Path) -> bytes:
    runs = {"größe": ({"lr": 0.5}, [{"val/größe": n / 7} for n in range(5)])}
    return trackio_store(folder / "made.db", runs).read_bytes()


STORES: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "wandb": ("offline-run-20261123_082345-abc12345/run-abc12345.wandb", lambda _: WANDB),
    "wandb-config": ("run-20261123_082345-abc12345/files/config.yaml", lambda _: CONFIG),
    "tensorboard": ("events.out.tfevents.1795421490.h.1.0", lambda _: EVENTS),
    "comet": (f"{'a' * 32}.zip", lambda _: COMET),
    "trackio": ("p.db", _trackio),
}


@pytest.mark.parametrize("name", STORES)
def test_stores_of_trackers(name: str, tmp_path: Path) -> None:
    """Whatever a damaged store says is in the bytes that are kept, under its own names."""
    place, make = STORES[name]
    whole = make(tmp_path)
    path = tmp_path / "run" / place
    path.parent.mkdir(parents=True)

    def read() -> readers.Reading:
        return readers.read_sources([tmp_path / "run"], keep_data=False)

    path.write_bytes(whole)
    assert read().claims

    @some(250)
    @given(bent(whole))
    def law(raw: bytes) -> None:
        path.write_bytes(raw)
        found = answer(read)
        if found is REFUSED:
            return
        held = {material.origin: material.raw for material in found.materials}
        assert place in held
        for claim in found.claims:
            raw_held = held[claim.origin]
            assert raw_held is not None
            replay.value_of(Citation(claim.kind, claim.via, "", claim.at), raw_held)

    law()
