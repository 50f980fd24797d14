"""`adapter_config.json` of PEFT: how the base model was adapted, and which one it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cognify.readers import taking, walk
from cognify.readers.reading import Claim, Reading

_SETTINGS = {
    "r": "lora_r", "lora_alpha": "lora_alpha", "lora_dropout": "lora_dropout",
    "target_modules": "target_modules", "modules_to_save": "modules_to_save", "bias": "bias",
    "use_rslora": "use_rslora", "use_dora": "use_dora", "layers_to_transform": "layers_to_transform",
    "num_virtual_tokens": "num_virtual_tokens", "init_lora_weights": "init_lora_weights",
}  # fmt: skip


class _Peft:
    name = "peft"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The final adapter's configuration; a checkpoint's only where there is no other."""
        files = [path for path in walk.files(source) if path.name == "adapter_config.json"]
        final = [path for path in files if walk.checkpoint(path, source) is None]
        newest = sorted(files, key=lambda path: walk.checkpoint(path, source) or 0)[-1:]
        return tuple(final or newest)

    def read(self, found: Path, source: Path) -> Reading:
        """Method, rank, targets and base model. A revision of null is no claim."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        if not isinstance(data, dict) or not isinstance(data.get("peft_type"), str):
            raise taking.unreadable("not an adapter's configuration: it names no peft_type", origin)
        claims = [Claim("/model/adaptation/method", origin, "json:/peft_type", "text")]
        if isinstance(data.get("task_type"), str) and data["task_type"].strip():
            claims.append(Claim("/model/task", origin, "json:/task_type", "text"))
        if isinstance(data.get("peft_version"), str) and data["peft_version"].strip():
            claims.append(Claim("/training/framework/peft", origin, "json:/peft_version", "text"))
        for key, name in _SETTINGS.items():
            via = _via(data.get(key))
            if via:
                place = taking.pointer("training", "hyperparameters", name)
                claims.append(Claim(place, origin, f"json:/{key}", via))
        claims += _base(data, origin)
        notes = [] if data.get("revision") else [f"{origin} names no revision of the base model"]
        return Reading(
            (taking.material(self, origin, raw, "application/json"),), tuple(claims), notes=tuple(notes)
        )


def _base(data: dict[str, Any], origin: str) -> list[Claim]:
    base, revision = data.get("base_model_name_or_path"), data.get("revision")
    claims = []
    if isinstance(base, str) and base.strip():
        # A path of the training machine says no more than its last step; a hub id and a relative
        # path look alike, and both stay as they are.
        via = "text" if taking.relative_path(base) else "basename"
        claims.append(Claim("/model/base/id", origin, "json:/base_model_name_or_path", via))
    if isinstance(revision, str) and revision.strip():
        claims.append(Claim("/model/base/revision", origin, "json:/revision", "text"))
    return claims


def _via(value: Any) -> str:
    """The transform that fits a setting, or nothing for one that says nothing."""
    if isinstance(value, bool):
        return "boolean"
    if taking.is_number(value):
        return "number"
    if isinstance(value, str):
        return "text" if value.strip() and not taking.is_private(value) else ""
    if isinstance(value, list) and value and all(isinstance(item, str | int) for item in value):
        return "json"
    return ""


PEFT = _Peft()
