"""`baseline*.json`: how a simpler model, or the base model, did on the same data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cognify.readers import taking, walk
from cognify.readers.reading import Claim, Reading

_OTHERS = ("majority", "random", "dummy", "previous")


class _Baseline:
    name = "baseline"
    version = 1

    def finds(self, source: Path) -> tuple[Path, ...]:
        """Files called `baseline….json`."""
        return tuple(
            path for path in walk.files(source)
            if path.name.startswith("baseline") and path.suffix == ".json"
        )  # fmt: skip

    def read(self, found: Path, source: Path) -> Reading:
        """Every finite number but the count is a metric; `majority_…` is of the commonest label."""
        origin = walk.relative(found, source)
        raw = taking.read(found, source, limit=taking.MAX_JSON)
        data = taking.parsed(raw, origin)
        if not isinstance(data, dict):
            raise taking.unreadable("not an object with metrics of a baseline", origin)
        notes = [
            f"{origin}: {key} is {value} and is not reported"
            for key, value in data.items() if value in ("NaN", "Infinity", "-Infinity")
        ]  # fmt: skip
        claims = [claim for key in data for claim in _metric(data, key, origin)]
        return Reading(
            (taking.material(self, origin, raw, "application/json"),), tuple(claims), notes=tuple(notes)
        )


def _metric(data: Mapping[str, Any], key: str, origin: str) -> Iterator[Claim]:
    if not taking.is_number(data[key]) or key in ("n", "seed") or not key.strip():
        return
    place, at = taking.pointer("evaluation", "baseline", f"[{origin} {key}]"), taking.pointer(key)
    of, mark, _ = key.partition("_")
    other = bool(mark) and of in _OTHERS
    named = next((name for name in ("baseline", "model") if isinstance(data.get(name), str)), None)
    if other:
        yield Claim(f"{place}/model", origin, f"json-key:{at}", "before(_)")
    elif named is not None and data[named].strip() and taking.relative_path(data[named]):
        yield Claim(f"{place}/model", origin, f"json:/{named}", "text")
    else:
        return
    yield Claim(f"{place}/metric", origin, f"json-key:{at}", "after(_)" if other else "text")
    yield Claim(f"{place}/value", origin, f"json:{at}", "number")
    if taking.is_number(data.get("n")):
        yield Claim(f"{place}/n", origin, "json:/n", "integer")
    if isinstance(data.get("data"), str) and "." in data["data"].replace("\\", "/").rpartition("/")[2][1:]:
        yield Claim(f"{place}/dataset", origin, "json:/data", "basename|before(.)")


BASELINE = _Baseline()
