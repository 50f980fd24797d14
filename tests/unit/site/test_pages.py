"""The pages: what each says, that nothing foreign acts on them, and that red is red."""

from __future__ import annotations

import html
import posixpath
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognify.inventory import Version
from cognify.site import inventories, templates
from cognify.site import pages as site_pages
from cognify.site.pages import Site, framework_path, slug
from cognify.site.sheet import anchor
from cognify.verification import Verification
from tests import gallery
from tests.scenario import MODEL, Scene
from tests.unit.site.conftest import Read, bodies

DRAFT = f"models/{MODEL}/{gallery.DRAFT}"
SEALED = f"models/{MODEL}/1.0.0"
PROPOSED = f"models/{MODEL}/1.1.0"
PACK = framework_path("model-card@mitchell-2019-v2")
EVERY = (
    "index", "inventory", "frameworks/index", PACK, "verify", "log", f"models/{MODEL}/index", SEALED,
    PROPOSED, DRAFT,
)  # fmt: skip


def test_every_page_is_there(pages: dict[str, str]) -> None:
    """A page for the front, the inventory, frameworks, log, procedure, each model and version; no other."""
    assert set(pages) == set(EVERY)


def test_the_front_page_answers_first(pages: dict[str, str], result: Verification) -> None:
    """How much, in which state, is it whole, what is not proven, how do I check: before any click."""
    text = Read(pages["index"]).text
    assert "1 model, 3 versions" in text
    assert re.search(r"1 Draft\s*1 Proposed\s*1 Sealed", text)
    assert "The chain is intact" in text
    assert f"{result.log.size} leaves" in text
    assert result.log.root in text
    assert result.genesis in text
    assert all(sentence in text for sentence in result.not_proven)
    assert f"cognify verify . --genesis {result.genesis}" in text


@pytest.mark.parametrize(
    ("path", "tone", "word", "sentence"),
    [
        (SEALED, "cg-sealed", "Sealed", "The log sealed exactly these bytes"),
        (PROPOSED, "cg-proposed", "Proposed", "Proposed for sign-off with exactly these bytes."),
        (DRAFT, "cg-draft", "Draft", "Nothing on this page is signed."),
    ],
)
def test_a_banner_says_the_state(
    pages: dict[str, str], path: str, tone: str, word: str, sentence: str
) -> None:
    """A version page has one banner: its state as a word, a colour and a sentence."""
    read = Read(pages[path])
    assert [attrs["class"] for _, attrs in read.classed("cg-banner")] == [f"cg-banner {tone}"]
    assert re.search(rf"{word}\s+{sentence}", read.text)


def test_an_approval_is_told_whole(pages: dict[str, str]) -> None:
    """Who, as what, how far it is proven, on which condition, until when, with which words."""
    text = Read(pages[PROPOSED]).text
    for part in ("Tomas Lind", "compliance", "L2", "This person's own key signed this exact text.",
                 f"Only with {gallery.SCRIPT}", "2027-11-30", "Read twice.", "not logged yet", "Nobody has acknowledged what it depends on."):  # fmt: skip
        assert part in text


def test_who_took_a_condition_on_is_told(wall: Scene) -> None:
    """Beside the condition, and in the order of what was stated."""
    wall.must("state", "acknowledge", MODEL, "1.1.0", "--key", str(wall.key("mara")), "--yes")
    wall.commit("acknowledge")
    text = " ".join(Read(bodies(gallery.judged(wall))[PROPOSED]).text.split())
    assert "taken on by Mara Voß" in text
    assert "Mara Voß as engineer took on the conditions of approvals" in text
    assert "Nobody has acknowledged" not in text


def test_a_citation_shows_the_bytes(pages: dict[str, str]) -> None:
    """A number's source is on the page: file, digest, locator, transform, the token in its bytes."""
    page = pages[SEALED]
    place = page.index('id="v-evaluation-runs-0-value-c"')
    source = page[place : page.index("</aside>", place)]
    text = Read(f"<aside {source}</aside>").text
    assert "evidence/results.json" in text
    assert "json:/accuracy" in text
    assert "sklearn-report 1" in text
    assert "<mark>0.8425</mark>" in source
    assert '{"accuracy": 0.8425, "dataset"' in text


def test_a_derived_value_leads_to_its_inputs(pages: dict[str, str]) -> None:
    """An interval that was calculated links to the values it was calculated from."""
    page = pages[DRAFT]
    place = page.index('id="v-evaluation-runs-0-ci-low-c"')
    source = page[place : page.index("</aside>", place)]
    assert 'href="#v-evaluation-runs-0-value"' in source
    assert "wilson95-low" in source


def test_a_result_is_held_against_its_threshold(pages: dict[str, str]) -> None:
    """Met by the value and by its interval, or not: beside the result, in words."""
    text = " ".join(Read(pages[DRAFT]).text.split())
    assert "at least 0.82: met, not by all of its interval" in text


def test_what_somebody_said_of_a_result_stands_beside_it(pages: dict[str, str]) -> None:
    """`threshold-missed` asks for it; it is a person's word, and shown once."""
    (page,) = [page for page in pages.values() if "Größere Fälle fehlen" in page]
    row = page[page.index("Größere Fälle fehlen") - 600 : page.index("Größere Fälle fehlen")]
    assert "recall" in row and page.count("Größere Fälle fehlen") == 1


def test_a_machine_value_without_a_source_stands_out(pages: dict[str, str]) -> None:
    """What a machine should have cited and did not is in a colour of its own, and counted."""
    read = Read(pages[DRAFT])
    assert len(read.classed("cg-unattributed")) > 1
    assert re.search(r"cite nothing", read.text)


@pytest.mark.parametrize(
    ("name", "old", "new", "faults", "says"),
    [
        ("card.yaml", b'value: 0.8425\n      "n"', b'value: 0.9425\n      "n"', 3, "its evidence"),
        ("card.yaml", b"low: 0.803565", b"low: 0.903565", 1, "is 0.903565"),
        ("evidence/results.json", b'"n": 400', b'"n": 401', 5, "not the one whose digest"),
    ],
    ids=["value", "derived", "evidence"],
)
def test_a_draft_is_replayed(wall: Scene, name: str, old: bytes, new: bytes, faults: int, says: str) -> None:
    """No verification replays a draft, so its page does: a number that its evidence does not give is red."""
    file = wall.path(gallery.DRAFT, name)
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    wall.commit("improve")
    page = bodies(gallery.judged(wall))[DRAFT]
    assert page.count("The evidence does not give this value:") == faults
    assert says in page
    assert Read(page).classed("cg-wrong")


def test_a_whole_draft_has_no_fault(pages: dict[str, str]) -> None:
    """The draft as it was captured shows no fault at all."""
    assert "cg-fault" not in pages[DRAFT]
    assert "cg-wrong" not in pages[DRAFT]


def test_a_state_shows_reason_and_who(pages: dict[str, str]) -> None:
    """A field without a value shows its state, why, and who says so or is asked."""
    text = Read(pages[DRAFT]).text
    assert re.search(r"pending\s+Who uses it\?\s+asked of model-owner", text)
    assert re.search(r"withheld\s+Internal use only\.\s+says mara", text)


def test_the_trail_is_in_the_order_of_the_log(pages: dict[str, str]) -> None:
    """Statements by log position, with person, role, sentence and key."""
    read = Read(pages[SEALED])
    assert re.search(r"2\s+Mara Voß.*3\s+Inés Okafor.*4\s+Tomas Lind", read.text, re.DOTALL)
    assert read.text.count("SHA256:") == 3


def test_coverage_never_says_the_word(pages: dict[str, str]) -> None:
    """Coverage counts evidence; no page ever calls anything compliant."""
    assert re.search(
        r"Evidence present for\s+\d+, partial for\s+\d+, missing for\s+\d+", Read(pages[SEALED]).text
    )
    for body in pages.values():
        assert "compliant" not in body.lower()


def test_foreign_text_stays_text(pages: dict[str, str]) -> None:
    """Scripts, handlers, templates, Markdown and closing tags in a card are shown, never obeyed."""
    for body in pages.values():
        read = Read(body)
        assert not {tag for tag, _ in read.elements} & {"script", "svg", "img", "iframe", "object", "style"}
        assert not [name for _, attrs in read.elements for name in attrs if name.startswith("on")]
        assert not [href for href in read.values("href") if ":" in href]
    text = Read(pages[DRAFT]).text
    for hostile in (*gallery.HOSTILE, gallery.SCRIPT):
        assert hostile in text


def test_no_character_acts(pages: dict[str, str]) -> None:
    """Evidence that reorders or hides is shown with those characters spelt out."""
    for body in pages.values():
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", html.unescape(body))
    assert "safe⟨U+202E⟩)1(trela⟨U+202C⟩⟨U+200B⟩" in Read(pages[DRAFT]).text


@pytest.mark.parametrize("path", EVERY)
def test_a_page_is_well_formed(pages: dict[str, str], path: str) -> None:
    """Every tag is closed in its turn, every id is there once, every link leads somewhere."""
    read = Read(pages[path])
    assert (read.unclosed, read.misnested) == ([], [])
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in read.elements].count("h1") == 1
    for target in read.values("popovertarget"):
        assert target in ids
    for href in read.values("href"):
        file, _, fragment = href.partition("#")
        to = (
            posixpath.normpath(posixpath.join(posixpath.dirname(path), file)).removesuffix(".html")
            if file
            else path
        )
        assert to in pages or href in (site_pages.VERIFIER, inventories.FILE)
        assert not fragment or f'id="{fragment}"' in pages[to]


@pytest.mark.parametrize("path", EVERY)
def test_headings_are_found(pages: dict[str, str], path: str) -> None:
    """The table of contents lists the headings that are on the page, as inert HTML."""
    found = site_pages.headings(pages[path])
    assert all(f'id="{heading.id}"' in pages[path] for heading in found)
    assert not [heading for heading in found if "<" in heading.title]


def test_the_printed_commands_work(hung: Scene, pages: dict[str, str], tmp_path: Path) -> None:
    """Whatever the pages tell a reader to type ends well on an inventory that is whole."""
    clone = tmp_path / "clone"
    hung.git("clone", "--quiet", str(hung.root), str(clone))
    hung.git("fetch", "--quiet", "origin", "cognify-log:cognify-log", cwd=clone)
    found = [block for path in ("index", SEALED) for block in _commands(pages[path])]
    assert len(found) == 8
    for text in found:
        if text.startswith("cognify "):
            assert hung.cognify(*text.split()[1:], cwd=clone).code == 0
            continue
        done = subprocess.run(["sh", "-c", text], cwd=clone, capture_output=True, check=False)
        assert done.returncode == 0, (text, done.stderr)


def test_the_printed_commands_notice(wall: Scene, pages: dict[str, str]) -> None:
    """One changed byte, and a printed command says so."""
    card = wall.path("1.0.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"0.8425", b"0.9425"))
    first = _commands(pages[SEALED])[0]
    done = subprocess.run(["sh", "-c", first], cwd=wall.root, capture_output=True, check=False)
    assert done.returncode == 1


def test_which_commit_brought_a_statement(pages: dict[str, str], wall: Scene) -> None:
    """The second signal stands beside each statement, and is no more than that."""
    found = re.findall(r"brought by</span> commit <code>([0-9a-f]{12})</code>, not signed", pages[SEALED])
    assert len(found) == pages[SEALED].count('class="cg-meaning"') > 2
    for commit in found:
        wall.git("cat-file", "-e", commit)


def _commands(body: str) -> list[str]:
    return [
        html.unescape(text) for text in re.findall(r'<pre class="cg-cmd"><code>(.*?)</code>', body, re.DOTALL)
    ]


def test_a_work_tree_is_not_shown(wall: Scene) -> None:
    """What lies uncommitted in the work tree is on no page, sealed or draft."""
    before = bodies(gallery.judged(wall))
    for version in ("1.0.0", gallery.DRAFT):
        card = wall.path(version, "card.yaml")
        card.write_bytes(card.read_bytes().replace(b"model", b"Model"))
    assert bodies(gallery.judged(wall)) == before


def test_a_sealed_byte_changed_is_red_everywhere(wall: Scene) -> None:
    """A changed sealed card: a bar on every page, the finding on its own, and nothing else is green."""
    card = wall.path("1.0.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"value: 0.8425", b"value: 0.9425"))
    wall.commit("improve")
    found = bodies(gallery.judged(wall))
    for body in found.values():
        assert len(Read(body).classed("cg-bar")) == 1
    own = Read(found[SEALED])
    assert own.classed("cg-banner")[0][1]["class"] == "cg-banner cg-broken"
    assert "sealed-bytes-changed" in own.text
    assert "field-provenance" in own.text
    assert "The chain is intact" not in found["index"]
    assert not Read(found["index"]).classed("cg-verdict")[0][1]["class"].endswith("cg-sealed")


def test_others_are_not_confirmed_while_the_log_is_broken(wall: Scene) -> None:
    """A sealed version with no fault of its own isn't green while the inventory does not verify."""
    (wall.root / "trust" / "allowed_signers").write_text("nobody\n")
    wall.commit("nobody")
    read = Read(bodies(gallery.judged(wall))[SEALED])
    assert read.classed("cg-banner")[0][1]["class"] == "cg-banner cg-unsure"
    assert "this is not confirmed" in read.text


def test_changed_bytes_need_approval_again(wall: Scene) -> None:
    """A proposed card that changed says that no earlier approval covers it."""
    card = wall.path("1.1.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"Credit analysts.", b"Anybody at all."))
    wall.commit("widen")
    read = Read(bodies(gallery.judged(wall))[PROPOSED])
    assert read.classed("cg-banner")[0][1]["class"] == "cg-banner cg-void"
    assert "approval covers what is shown here." in read.text


def test_a_card_that_cannot_be_read_is_said(wall: Scene) -> None:
    """A draft with broken YAML has a page, with the fault and without a card."""
    wall.path(gallery.DRAFT, "card.yaml").write_text("card: 1\ncard: 1\n")
    wall.commit("break")
    page = bodies(gallery.judged(wall))[DRAFT]
    assert "yaml-dup-key" in page
    assert 'id="card"' not in page


def test_a_hostile_name_is_only_a_name(wall: Scene) -> None:
    """A folder may be called anything; its page lies under a name of ours and shows it as text."""
    name = "<img src=x onerror=alert(1)> ..  CON"
    folder = wall.root / "models" / name / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text("card: 1\n")
    wall.commit("name")
    found = bodies(gallery.judged(wall))
    assert not [path for path in found if not re.fullmatch(r"[a-z0-9./~-]+", path)]
    assert "img" not in {tag for body in found.values() for tag, _ in Read(body).elements}
    assert name in Read(found["index"]).text


def test_a_package_page_knows_one_version(result: Verification) -> None:
    """Restricted to one version, no page tells of another, and links stay inside."""
    only = Version(MODEL, "1.0.0")
    found = {page.path: page.body() for page in Site(result, only).pages()}
    assert set(found) == {"index", "verify", "log", "frameworks/index", PACK, f"models/{MODEL}/index", SEALED}
    for path, body in found.items():
        assert "1.1.0" not in body
        assert gallery.DRAFT not in body
        for href in Read(body).values("href"):
            file = href.partition("#")[0] or f"{posixpath.basename(path)}.html"
            to = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)).removesuffix(".html")
            assert to in found or href == "../verify.html"


@given(st.lists(st.text(min_size=1, max_size=80), min_size=2, max_size=2, unique=True))
def test_names_never_meet(names: list[str]) -> None:
    """Two names never share a file, on any system, and a file name is always plain."""
    one, other = (slug(name) for name in names)
    assert one.casefold() != other.casefold()
    assert re.fullmatch(r"[a-z0-9][a-z0-9._~-]*[a-z0-9_~-]|[a-z0-9]", one)


@pytest.mark.parametrize("name", ["index", "README", "con", "nul.txt", "com1", "1.0.", "Größe", "..", "a/b"])
def test_a_taken_name_gets_a_digest(name: str) -> None:
    """Names that mean something to a system or to the site are never used as they are."""
    assert slug(name) != name
    assert "~" in slug(name)


@given(st.text(max_size=200))
def test_inert_text_has_no_acting_character(text: str) -> None:
    """Whatever goes in, nothing comes out that reorders, hides or controls."""
    shown = templates.inert(text)
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown
    )


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][-+][0-9]{1,3})?", fullmatch=True))
def test_a_number_keeps_its_characters(text: str) -> None:
    """A number is set to be read, and stays, character by character, the number of the card."""
    assert re.sub(r"<[^>]*>", "", templates.digits(text)) == text


@given(st.lists(st.text(alphabet="ab/-_~ä", max_size=12), min_size=2, max_size=2, unique=True))
def test_anchors_never_meet(pointers: list[str]) -> None:
    """Two places of a card never share an id."""
    assert anchor("/" + pointers[0]) != anchor("/" + pointers[1])
