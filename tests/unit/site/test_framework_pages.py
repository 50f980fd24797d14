"""The pages of frameworks: every pack is told of, every cell is computed, and every link leads to its evidence."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest

from cognify import strictyaml
from cognify.checks.framework import load, shipped
from cognify.inventory import Version
from cognify.records import card as cards
from cognify.site import showing
from cognify.site.pages import Site, framework_path, version_path
from cognify.strictyaml import splice
from cognify.verification import Verification
from tests import gallery
from tests.gallery import SCRIPT
from tests.scenario import MODEL, Scene
from tests.unit.site.conftest import Read, bodies

NIST, SR, HOUSE, GONE = "nist-ai-rmf@1.0", "sr-11-7@2011-04", "house@9", "nobody@1"
ADOPTED = (SR, NIST, HOUSE, GONE)
WORKED = Version("worked", "1.0.0")
OWN = f"""\
framework: 1
id: {HOUSE}
status:
  title: "Our policy {SCRIPT}"
  issuer: Größe Lending AG
  issued: "2026-01"
  effective: "2026-01"
  superseded_by: {{state: not_applicable, reason: It is in force., by: ines}}
  legal_force: policy
  last_checked: "2026-11-23"
  source: https://example.org/policy
  sources: {{S1: "{SCRIPT}"}}
scope: Every model.
disclaimer: Shows what is evidenced, and nothing more.
requirements:
  - id: "7 {SCRIPT}"
    text: "Say whom it serves. {SCRIPT}"
    tier: must
    owner: human
    confidence: "[verified: S1]"
    fields: [use.benefits]
    examples: {{pass: {{use: {{benefits: Faster.}}}}}}
  - id: "8"
    text: Keep the minutes.
    tier: must
    owner: human
    confidence: "[verified: S1]"
    fields: []
    elsewhere: The register.
"""


def worked() -> bytes:
    """The card that has every field, as a version of its own; one field is not applicable in an entry."""
    place = Path(__file__).parents[2] / "fixtures/card-complete.yaml"
    data = strictyaml.load(place.read_bytes(), where="card.yaml")
    data["model"] |= {"name": WORKED.model, "version": WORKED.version}  # type: ignore[operator]
    return splice.emit_document(data)


@pytest.fixture(scope="module")
def judged(hung: Scene, tmp_path_factory: pytest.TempPathFactory) -> Verification:
    """The gallery, under a historical pack, one that reads sign-offs, one of the firm, and one that nobody has."""
    scene = hung.copy(tmp_path_factory.mktemp("adopting") / "home")
    settings = scene.root / "cognify.yaml"
    head, _, _ = settings.read_text().partition("frameworks:")
    held = f'elsewhere:\n  - {{requirement: "{HOUSE}/8", where: DMS, by: ines}}\n'
    settings.write_text(f"{head}frameworks: [{', '.join(ADOPTED)}]\n{held}")
    (scene.root / "frameworks").mkdir()
    (scene.root / f"frameworks/{HOUSE}.yaml").write_text(OWN)
    folder = scene.root / WORKED.prefix
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_bytes(worked())
    empty = b'{\n "artifacts": {},\n "generator": {\n  "name": "cognify",\n  "version": "0.1.0"\n },\n "lock": 1,\n'
    (folder / "evidence.lock.json").write_bytes(
        empty + b' "model": "worked",\n "replay": 1,\n "values": {},\n "version": "1.0.0"\n}\n'
    )
    scene.commit("adopt")
    return gallery.judged(scene)


@pytest.fixture(scope="module")
def shown(judged: Verification) -> dict[str, str]:
    return bodies(judged)


def test_every_adopted_pack_is_told_of(shown: dict[str, str]) -> None:
    """With its status, disclaimer and sources; one that nobody has with its fault; the rest apart."""
    page = shown["frameworks/index"]
    text = " ".join(Read(page).text.split())
    for id in (SR, NIST):
        status = load(id).status
        assert status.title in text and status.issuer in text and f"checked{status.last_checked}" in text
        assert load(id).disclaimer in text and all(words in text for _, words in status.sources)
        assert framework_path(id) in shown
    assert f"{GONE} It could not be looked at" in text and framework_path(GONE) not in shown
    adopted, _, apart = text.partition("Shipped, not adopted")
    assert "superseded sr-26-2@2026-04, on 17 April 2026" in adopted
    assert [id for id in shipped() - {SR, NIST} if id not in apart] == []
    assert "compliant" not in " ".join(shown.values()).lower()


def test_a_superseded_pack_leads_to_what_took_its_place(shown: dict[str, str]) -> None:
    """Also where that is not adopted: to its place among the others."""
    page = shown[framework_path(SR)]
    (to,) = [v for v in Read(page).values("href") if v.startswith("index.html#p-")]
    assert to.partition("#")[2] in Read(shown["frameworks/index"]).values("id")


def cells(page: str) -> list[tuple[str, str, str]]:
    """Class, address and word of each cell."""
    return re.findall(r'<td class="cg-([a-z_]+)"><a href="([^"]+)">([^<]+)</a></td>', page)


def test_one_column_for_each_model(shown: dict[str, str]) -> None:
    """Of a model with a sealed version that one, though a newer one lies beside it; and it says which."""
    page = shown[framework_path(NIST)]
    heads = page[page.index("<thead>") : page.index("</thead>")]
    assert (
        re.sub(r"\s+", " ", Read(heads).text).strip() == f"Requirement{MODEL} 1.0.0 Sealedworked 1.0.0 Draft"
    )
    assert len(cells(page)) == 2 * len(load(NIST).requirements)


def test_cells_say_what_the_version_page_says(judged: Verification, shown: dict[str, str]) -> None:
    """Word and class, row by row, for every pack and both models."""
    from cognify.site import versions
    from cognify.site.questions import Questions

    asking = Questions(judged, packed=False)
    columns = [Version(MODEL, "1.0.0"), WORKED]
    records = [record for version in columns if (record := judged.record(version))]
    pages = [versions.page(judged, record, asking) for record in records]
    for at, id in enumerate(ADOPTED[:3]):
        told = [[asked.coverage for asked in page.coverage[at].asked] for page in pages]
        found = [kind for kind, _, _ in cells(shown[framework_path(id)])]
        assert found == [kind for pair in zip(*told, strict=True) for kind in pair]
        words = {(kind, word) for kind, _, word in cells(shown[framework_path(id)])}
        assert all(word == kind.replace("_", " ") for kind, word in words)


def test_every_cell_leads_to_its_evidence(shown: dict[str, str]) -> None:
    """To an element that is there: what shows the field, or the row that says what is asked."""
    ids = {path: set(Read(body).values("id")) for path, body in shown.items()}
    seen = set()
    for id in ADOPTED[:3]:
        path = framework_path(id)
        for kind, to, _ in cells(shown[path]):
            file, _, fragment = to.partition("#")
            page = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)).removesuffix(".html")
            assert fragment in ids[page], (kind, to)
            seen.add((kind, fragment[:2]))
    # Evidence is a value, a sign-off or a result; a gap is a row of the table.
    assert ("missing", "q-") in seen and ("present", "v-") in seen and ("present", "si") in seen
    assert not {(kind, start) for kind, start in seen if kind == "missing"} - {("missing", "q-")}
    assert not {(kind, start) for kind, start in seen if kind == "present" and start == "q-"}


def test_what_shows_a_place_of_the_card_is_there(shown: dict[str, str]) -> None:
    """Every field that a pack can ask for, on the card that has them all."""
    data = strictyaml.load(worked(), where="card.yaml")
    ids = set(Read(shown[version_path(WORKED)]).values("id"))
    lost = [
        (name, element) for name in sorted(cards.names() - {"card"}) for pointer, _ in cards.find(data, name)
        if (element := showing.element(data, pointer)) not in ids
    ]  # fmt: skip
    assert lost == []


@pytest.mark.parametrize(
    ("section", "pointer", "element"),
    [
        ({"use": {"state": "pending"}}, "/use", "v-use"),
        ({"use": {"limits": ["x"]}}, "/use", "s-use"),
        ({"evaluation": {"runs": [{"metric": "a", "ci": {"low": 0.1, "high": 0.2}}]}}, "/evaluation/runs/0/ci",
         "v-evaluation-runs-0-ci-low"),
        ({"evaluation": {"runs": [{"metric": {"state": "withheld"}}]}}, "/evaluation/runs/0/metric", "results"),
        ({"evaluation": {"runs": [{"tool": "x"}]}}, "/evaluation/runs/0/tool", "results"),
        ({"evaluation": {"runs": {"state": "pending"}}}, "/evaluation/runs", "v-evaluation-runs"),
        ({"data": {"datasets": [{"id": {"state": "pending"}}]}}, "/data/datasets/0/id", "v-data-datasets"),
        ({"approvals": [{"name": "x"}]}, "/approvals/0/name", "sign-off"),
        ({"audit": {"events": []}}, "/audit/events", "trail"),
        ({"record": {"digest": "x"}}, "/record/digest", "top"),
    ],
)  # fmt: skip
def test_places_without_an_element_of_their_own(
    section: dict[str, object], pointer: str, element: str
) -> None:
    """States in tables, parts of results, what comes after signing: the nearest that there is."""
    assert showing.element(section, pointer) == element


def test_a_pack_of_the_firm_is_text_alone(shown: dict[str, str]) -> None:
    """Whatever it holds, it begins no element and no address."""
    for path in ("frameworks/index", framework_path(HOUSE), version_path(Version(MODEL, "1.0.0"))):
        assert SCRIPT not in shown[path] and "&lt;script&gt;" in shown[path]
        assert not [v for v in Read(shown[path]).values("href") if v.startswith("javascript")]


def test_pages_are_well_formed(shown: dict[str, str]) -> None:
    """Every tag is closed, and no id stands twice."""
    for path in ("frameworks/index", *(framework_path(id) for id in ADOPTED[:3])):
        read = Read(shown[path])
        assert read.misnested == [] and read.unclosed == [], path
        assert len(read.values("id")) == len(set(read.values("id"))), path


def test_a_card_that_cannot_be_read_is_a_column(hung: Scene, tmp_path: Path) -> None:
    """It says so in every cell, and is not left out."""
    scene = hung.copy(tmp_path / "home")
    folder = scene.root / "models/broken/1.0.0"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text("card: [\n")
    scene.commit("break")
    found = bodies(gallery.judged(scene))[framework_path("model-card@mitchell-2019-v2")]
    unread = [to for kind, to, word in cells(found) if (kind, word) == ("unread", "not read")]
    assert len(unread) == len(load("model-card@mitchell-2019-v2").requirements)


def test_a_package_tells_of_one_version_alone(judged: Verification) -> None:
    """Its pages have the one column, and not the packs that nobody adopted."""
    site = Site(judged, WORKED)
    found = {page.path: page.body() for page in site.pages()}
    assert MODEL not in Read(found[framework_path(NIST)]).text
    assert len(cells(found[framework_path(NIST)])) == len(load(NIST).requirements)
    assert "Shipped, not adopted" not in found["frameworks/index"]
    assert not [v for v in Read(found[framework_path(SR)]).values("href") if v.startswith("index.html#p-")]
