"""`config.json` of transformers: what architecture it is. Of the base model, or of a full one."""

from __future__ import annotations

from pathlib import Path

from cognify.readers import taking, walk
from cognify.readers.reading import Claim, Reading


class _HfConfig:
    name = "hf-config"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """The one `config.json` that lies highest and in no checkpoint."""
        files = [
            path for path in walk.files(source)
            if path.name == "config.json" and walk.checkpoint(path, source) is None
            and "mlruns" not in walk.parts(path, source)
        ]  # fmt: skip
        return tuple(files[:1])

    def read(self, found: Path, source: Path) -> Reading:
        """Architecture and type. Its `transformers_version` is of whoever saved it: not claimed."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        if not isinstance(data, dict) or not ("model_type" in data or "architectures" in data):
            return Reading(notes=(f"{origin} is no configuration of a transformers model",))
        claims = []
        architectures = data.get("architectures")
        if isinstance(architectures, list) and architectures and isinstance(architectures[0], str):
            claims.append(Claim("/model/architecture", origin, "json:/architectures/0", "text"))
        if isinstance(data.get("model_type"), str) and data["model_type"].strip():
            claims.append(Claim("/model/type", origin, "json:/model_type", "text"))
        return Reading((taking.material(self, origin, raw, "application/json"),), tuple(claims))


HF_CONFIG = _HfConfig()
