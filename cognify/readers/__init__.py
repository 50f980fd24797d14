"""Readers: training output becomes cited values. One file per source, behind one Protocol.

`read_sources` asks every reader about every source; what nobody knows is listed by digest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from cognify.errors import CaptureError
from cognify.hashing import Hashing
from cognify.readers import (
    cells,
    evaluated,
    linking,
    mlflow_server,
    plugins,
    remote,
    remote_folder,
    settling,
    taking,
    walk,
    weighing,
    withholding,
)  # fmt: skip
from cognify.readers.baseline import BASELINE
from cognify.readers.code import CODE
from cognify.readers.comet import COMET
from cognify.readers.croissant import CROISSANT
from cognify.readers.data_files import DataFiles, kind_of
from cognify.readers.dvc import DVC
from cognify.readers.environment import ENVIRONMENT
from cognify.readers.gguf import GGUF
from cognify.readers.hf_config import HF_CONFIG
from cognify.readers.hf_datasets import HF_DATASETS
from cognify.readers.hf_trainer import HF_TRAINER
from cognify.readers.inspect_log import INSPECT
from cognify.readers.lm_eval import LM_EVAL
from cognify.readers.mapping import MAPPING
from cognify.readers.mlflow import MLFLOW
from cognify.readers.mlflow_files import MLFLOW_FILES
from cognify.readers.opaque import OPAQUE
from cognify.readers.peft import PEFT
from cognify.readers.plain import PLAIN
from cognify.readers.reading import Claim, Derivation, Material, Reader, Reading, Report, joined
from cognify.readers.run_record import RUN_RECORD
from cognify.readers.s3 import S3
from cognify.readers.safetensors import SAFETENSORS
from cognify.readers.sklearn_report import SKLEARN_REPORT
from cognify.readers.slurm import SLURM
from cognify.readers.subgroups import SUBGROUPS, Subgroups
from cognify.readers.tensorboard import TENSORBOARD
from cognify.readers.trackio import TRACKIO
from cognify.readers.wandb import WANDB

READERS: tuple[Reader, ...] = (
    RUN_RECORD, HF_CONFIG, PEFT, SAFETENSORS, GGUF, OPAQUE, DataFiles(), CROISSANT, S3,
    DVC,
    HF_DATASETS, HF_TRAINER, MLFLOW, MLFLOW_FILES, ENVIRONMENT, CODE, SKLEARN_REPORT, LM_EVAL,
    INSPECT, BASELINE, SUBGROUPS, WANDB, COMET, TENSORBOARD, TRACKIO, SLURM, MAPPING,
)  # fmt: skip


_LARGE = 1024 * 1024
"""From here on a file is worth a thread that hashes it while readers read."""


def read_sources(
    sources: Sequence[Path], *, keep_data: bool, small_cells: int = cells.SMALLEST,
    hashing: Hashing | None = None,
    addresses: Sequence[remote.Address | remote_folder.Folder | mlflow_server.Wanted] = (),
) -> Reading:  # fmt: skip
    """What all readers make of *sources*, files or folders; with *keep_data*, copies of the data too.

    Of subgroups with fewer than *small_cells* records (never fewer than 11) no result is taken in.

    Origins are relative to their source; of several sources each goes under its own name.
    *addresses* are objects and folders in a store, which stay there, and runs on a server.
    A file is claimed once, links are not followed, and what nobody reads is hashed and listed.

    Raises:
        CaptureError: `capture-failed`: no such source, an empty one, or too much of it;
            `run-unreadable`: a file that a reader knows is half-written or damaged;
            `run-ambiguous`: two trainings in one source.
    """
    if not sources and not addresses:
        raise _failed("no source was named", "", "name the folders or files that the run wrote")
    sources = tuple(dict.fromkeys(Path(source).absolute() for source in sources))
    for source in sources:
        outer = next((other for other in sources if other in source.parents), None)
        if outer is not None:
            raise _failed(f"it lies in {outer.name}, which is named too", source.name, "name one of them")
    with walk.once(), hashing or Hashing() as digests, taking.hashed_by(digests):
        covered = {source: CODE.covered(source) for source in sources}
        for source in sources:
            digests.ahead(_large(source, covered[source]))
        readings = [
            _placed(
                _read(source, covered[source], digests, keep_data=keep_data, small_cells=small_cells), prefix
            )
            for source, prefix in zip(sources, _prefixes(sources), strict=True)
        ]
        readings += [_fetched(wanted, digests) for wanted in dict.fromkeys(addresses)]
    reading = withholding.withheld(joined(readings))
    reading = weighing.weighed(linking.linked(replace(reading, materials=_once(reading.materials))))
    reading = evaluated.evaluated(reading, root=sources[0].name if len(sources) == 1 else "")
    return settling.settled(replace(reading, materials=_once(reading.materials)))


def _fetched(
    wanted: remote.Address | remote_folder.Folder | mlflow_server.Wanted, digests: Hashing
) -> Reading:
    if isinstance(wanted, mlflow_server.Wanted):
        return mlflow_server.taken(wanted)
    if isinstance(wanted, remote_folder.Folder):
        return remote_folder.taken(wanted, digests)
    return remote.taken(wanted, digests)


def _large(source: Path, covered: frozenset[str]) -> list[Path]:
    """What is large and read by nobody whole; text tables are hashed while their records are counted."""
    return [
        path for path in walk.files(source)
        if path.stat().st_size >= _LARGE and kind_of(path) in ("", "parquet")
        and walk.relative(path, source) not in covered
    ]  # fmt: skip


def _read(
    source: Path, covered: frozenset[str], digests: Hashing, *, keep_data: bool, small_cells: int
) -> Reading:
    files = walk.files(source)
    if not files:
        raise _failed("the source is empty", source.name, "name the folder that the run wrote")
    configured: dict[str, Reader] = {
        DataFiles.name: DataFiles(keep_data=keep_data), Subgroups.name: Subgroups(smallest=small_cells),
    }  # fmt: skip
    readers = [configured.get(reader.name, reader) for reader in READERS]
    readings = [reader.read(found, source) for reader in readers for found in reader.finds(source)]
    readings += plugins.readings(source, frozenset(reader.name for reader in (*READERS, PLAIN)))
    materials = [material for reading in readings for material in reading.materials]
    taken = {material.origin for material in materials if not material.observed}
    left = [
        path for path in files
        if (origin := walk.relative(path, source)) not in taken and origin not in covered
    ]  # fmt: skip
    links = walk.links(source)
    notes = (f"{len(links)} links were not followed: {', '.join(links[:5])}",) if links else ()
    digests.ahead(left)
    plain = [PLAIN.read(path, source) for path in left]
    return joined([*readings, *plain, Reading(notes=notes)])


def _prefixes(sources: tuple[Path, ...]) -> tuple[str, ...]:
    """What goes before the origins of each source: nothing for one source, its name for several."""
    if len(sources) == 1:
        return ("",)
    prefixes: list[str] = []
    for source in sources:
        name = source.name
        same = sum(1 for other in sources[: len(prefixes)] if other.name == name)
        stem = f"{name}-{same + 1}" if same else name
        prefixes.append(f"{stem}/" if source.is_dir() else f"file-{same + 1}/" if same else "")
    return tuple(prefixes)


def _placed(reading: Reading, prefix: str) -> Reading:
    """The reading with *prefix* before its origins; what Cognify observed keeps its own places."""

    def origin(name: str) -> str:
        if name.startswith("datasets/") and name in manifests:
            return name
        if name.startswith("observed/"):
            return f"observed/{prefix}{name.removeprefix('observed/')}"
        return prefix + name

    manifests = {m.origin for m in reading.materials if m.observed}
    return replace(
        reading,
        materials=tuple(replace(m, origin=origin(m.origin)) for m in reading.materials),
        claims=tuple(replace(c, origin=origin(c.origin)) for c in reading.claims),
        reports=tuple(_report_at(report, origin, prefix) for report in reading.reports),
    )


def _report_at(report: Report, origin: Callable[[str], str], prefix: str) -> Report:
    folder = report.folder if report.folder is None else f"{prefix}{report.folder}".rstrip("/")
    return replace(
        report, origin=origin(report.origin), file=origin(report.file), folder=folder,
        items={place: origin(name) for place, name in report.items.items()},
    )  # fmt: skip


def _once(materials: tuple[Material, ...]) -> tuple[Material, ...]:
    """Each origin once; two sources with the same data give the same manifest.

    Raises:
        CaptureError: `capture-failed`: a file that bears the name of one of Cognify's own.
    """
    once: dict[str, Material] = {}
    for material in materials:
        first = once.setdefault(material.origin, material)
        if first.sha256 != material.sha256:
            raise _failed("two files go by this name", material.origin, "rename one, or leave it out")
        more = tuple(plugin for plugin in material.plugins if plugin not in first.plugins)
        if more:
            once[material.origin] = replace(first, plugins=(*first.plugins, *more))
    return tuple(once.values())


def _failed(what: str, where: str, fix: str) -> CaptureError:
    return CaptureError(what, where=where, fix=fix, id="capture-failed")


__all__ = ["READERS", "Claim", "Derivation", "Material", "Reader", "Reading", "read_sources"]
