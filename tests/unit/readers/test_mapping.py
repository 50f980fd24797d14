"""Mappings: home-made outputs of any shape, and refusals that say what, where and how to mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cognify.errors import CaptureError
from cognify.readers import read_sources

Make = Callable[[Mapping[str, object]], Path]
Reads = Callable[..., Any]

OUTPUT = {
    "bench": {"2026-11": [{"who": "ours", "scores": {"bleu/4": 31.25, "items": 512}}]},
    "rng": 17, "steps": {"lr": "3e-4", "gpu": ["a", "b"], "amp": True},
}  # fmt: skip
TEN_LINES = """\
mapping: 1
files:
  - file: out/final.json
    values:
      /training/seeds/seed: /rng
      /training/hyperparameters/learning_rate: {at: /steps/lr, via: number}
      /evaluation/runs/[bleu]/dataset: {text: newstest-2026}
      /evaluation/runs/[bleu]/metric: {text: BLEU-4}
      /evaluation/runs/[bleu]/value: /bench/2026-11/0/scores/bleu~14
      /evaluation/runs/[bleu]/n: /bench/2026-11/0/scores/items
"""


def test_ten_lines_map_what_nobody_foresaw(source: Make, read: Reads) -> None:
    """Values cite the file, texts cite the mapping, and the field says which transform it takes."""
    found = read(source({"out/final.json": OUTPUT, "cognify-mapping.yaml": TEN_LINES}))
    assert found["/training/seeds/seed"] == 17
    assert found["/training/hyperparameters/learning_rate"] == Decimal("3e-4")
    assert found.entries("/evaluation/runs") == [
        {"dataset": "newstest-2026", "metric": "BLEU-4", "value": Decimal("31.25"), "n": 512}
    ]
    assert found.kinds["/evaluation/runs/[bleu]/value"] == "measured"
    assert found.kinds["/evaluation/runs/[bleu]/metric"] == "declared"
    assert {"out/final.json", "cognify-mapping.yaml", "observed/evaluated.json"} == set(found.origins)


def test_a_share_of_the_records(source: Make, read: Reads) -> None:
    """Only the mapping's own word makes it one, and only where a count of `n` gives the value."""
    lines = """\
mapping: 1
files:
  - file: "r*.json"
    values:
      /evaluation/runs/[a]/dataset: {text: test}
      /evaluation/runs/[a]/metric: {text: accuracy}
      /evaluation/runs/[a]/value: {at: /acc, proportion: %s}
      /evaluation/runs/[a]/n: /n
"""
    files = {"r1.json": {"acc": 0.75, "n": 40}, "r2.json": {"acc": 0.7777, "n": 40}}
    for word, vias in (("true", ["wilson(95)"]), ("false", [])):
        found = read(source({**files, "cognify-mapping.yaml": lines % word}))
        assert [d.via for d in found.reading.derivations] == vias
    one = lines.replace("r*.json", "results.json") % "true"
    report = {"results": {"t": {"f,none": 0.5}}, "n-samples": {"t": {"original": 9, "effective": 5}},
              "lm_eval_version": "0.4.13", "acc": 0.5, "n": 20}  # fmt: skip
    found = read(source({"results.json": report, "cognify-mapping.yaml": one}))
    assert [d.pointer for d in found.reading.derivations] == ["/evaluation/runs/[a]/ci"]
    assert found.entries("/evaluation/excluded", around=True)  # what lm-eval's reader told is kept


def test_a_share_of_nothing(source: Make) -> None:
    """A setting is no share of records."""
    mapping = "mapping: 1\nfiles:\n  - file: a.json\n    values:\n      /training/seeds/s: {at: /x, proportion: true}\n"
    with pytest.raises(CaptureError) as stop:
        read_sources([source({"a.json": {"x": 1}, "cognify-mapping.yaml": mapping})], keep_data=False)
    assert (stop.value.fault, "no value of a result" in str(stop.value)) == ("mapping-schema", True)


def test_csv_by_condition_yaml_and_several_files(source: Make, read: Reads) -> None:
    """A glob fills an entry for each file; settings take their type from what is found."""
    mapping = """\
mapping: 1
files:
  - file: eval/*.csv
    values:
      /evaluation/runs/[f1]/dataset: csv-where:name=f1#set
      /evaluation/runs/[f1]/metric: csv-where:name=f1#name
      /evaluation/runs/[f1]/value: csv-where:name=f1#score
      /evaluation/runs/[f1]/n: {at: "csv-where:name=f1#n", optional: true}
  - file: conf.yaml
    values:
      /training/hyperparameters/depth: /model/depth
      /training/hyperparameters/amp: /model/amp
      /training/hyperparameters/act: /model/act
      /training/hyperparameters/cells: {at: /model/cells, class: computed}
  - file: more.json
    values:
      /training/hyperparameters/layers: /layers
"""
    files = {
        "eval/a.csv": "name,set,score,n\nacc,t,0.5,3\nf1,test,0.7,9\n", "eval/b.csv": "name,set,score\nf1,dev,0.6\n",
        "conf.yaml": "model: {depth: 4, amp: true, act: relu, cells: 0.5}\n", "more.json": {"layers": [1, 2]},
        "cognify-mapping.yaml": mapping,
    }  # fmt: skip
    found = read(source(files))
    assert found.entries("/evaluation/runs") == [
        {"dataset": "test", "metric": "f1", "value": Decimal("0.7"), "n": 9},
        {"dataset": "dev", "metric": "f1", "value": Decimal("0.6")},
    ]
    settings = {p.rpartition("/")[2]: v for p, v in found.values.items() if "/hyperparameters/" in p}
    assert settings == {"depth": 4, "amp": True, "act": "relu", "cells": Decimal("0.5"), "layers": [1, 2]}
    assert found.kinds["/training/hyperparameters/cells"] == "computed"
    assert found.noted("eval/b.csv", "no single column 'n'")


@pytest.mark.parametrize(
    ("values", "id", "says"),
    [
        ("/evaluation/runs/[a]/valu: /rng", "mapping-schema", ("no field", "/evaluation/runs/[key]/value", ":5:")),
        ("/nothing/at/all: /rng", "mapping-schema", ("no field", "cognify schema card")),
        ("/evaluation/runs/0/value: /rng", "mapping-schema", ("lies in a list", "/evaluation/runs/[key]/value")),
        ("/model/description: /rng", "mapping-schema", ("a person", "take it out")),
        ("/model/name: /rng", "mapping-schema", ("Cognify's own",)),
        ("/record/tier: /rng", "mapping-schema", ("/record/tier is",)),
        ("/data/datasets/[a]/demographics/[b]/count: /rng", "mapping-schema", ("a list within", "/[a]/demographics/0/count")),
        ("/training/seeds/s: {via: text}", "mapping-schema", ("`at`", "`text`")),
        ("/training/seeds/s: {at: /rng, text: x}", "mapping-schema", ("`at`", "`text`")),
        ("/training/seeds/s: {att: /rng}", "mapping-schema", ("cognify schema mapping",)),
        ("/training/seeds/s: 5", "mapping-schema", ("cognify schema mapping",)),
        ("/training/seeds/s: /bench/2026-10/x", "mapping-unfit", ("no '2026-10'", "at /bench there are: 2026-11")),
        ("/training/seeds/s: /bench/2026-11/3", "mapping-unfit", ("is a list of 1",)),
        ("/training/seeds/s: /zero", "mapping-unfit", ("the top there are: bench, rng, steps",)),
        ("/training/seeds/s: {at: /rng, via: upper}", "mapping-unfit", ("no such transform", "`via`")),
        ("/training/seeds/s: 'xpath:/rng'", "mapping-unfit", ("no such locator",)),
        ("/model/architecture: /rng", "mapping-unfit", ("does not go through text",)),
        ("/evaluation/runs/[a]/n: /steps/lr", "mapping-unfit", ("does not go through integer",)),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(values: str, id: str, says: tuple[str, ...], source: Make) -> None:
    """Each refusal names the line of the mapping, and what to write there instead."""
    mapping = f"mapping: 1\nfiles:\n  - file: out/final.json\n    values:\n      {values}\n"
    with pytest.raises(CaptureError) as stop:
        read_sources([source({"out/final.json": OUTPUT, "cognify-mapping.yaml": mapping})], keep_data=False)
    assert stop.value.fault == id
    assert all(word in str(stop.value) for word in (*says, "cognify-mapping.yaml:"))


@pytest.mark.parametrize(
    ("mapping", "id", "says"),
    [
        ("mapping: 2\nfiles: []\n", "mapping-schema", "cognify schema mapping"),
        ("mapping: 1\nmapping: 1\n", "mapping-schema", "cognify-mapping.yaml:2"),
        ("- 1\n", "mapping-schema", "cognify-mapping.yaml"),
        (TEN_LINES.replace("final", "finale"), "mapping-unfit", "such as out/final.json"),
        (TEN_LINES.replace("out/final.json", "../final.json"), "mapping-unfit", "no file is called"),
        (TEN_LINES.replace("final.json", "table.csv"), "mapping-unfit", "csv-where"),
    ],
)  # fmt: skip
def test_a_mapping_that_is_none_or_names_no_file(mapping: str, id: str, says: str, source: Make) -> None:
    """Its own refusals; a path that climbs is no file of the source."""
    run = source({"out/final.json": OUTPUT, "out/table.csv": "a\n1\n", "cognify-mapping.yaml": mapping})
    with pytest.raises(CaptureError) as stop:
        read_sources([run], keep_data=False)
    assert stop.value.fault == id
    assert says in str(stop.value)


def test_a_mapping_deeper_down_is_somebody_elses(source: Make, read: Reads) -> None:
    """Only the one at the top is followed."""
    assert not read(source({"vendored/cognify-mapping.yaml": "mapping: 9\n"})).values
