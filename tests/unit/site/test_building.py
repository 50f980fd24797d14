"""Building: the same bytes every time, whole or not at all, and never a word to another host."""

from __future__ import annotations

import hashlib
import html
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from cognify import package, resources, site, verification
from cognify.errors import ConfigurationError, SurroundingsError, VerificationError
from cognify.inventory import Version
from cognify.site import pages as site_pages
from cognify.verification import Verification
from tests import gallery
from tests.scenario import MODEL, Scene
from tests.unit.site.conftest import Read

SEALED = Version(MODEL, "1.0.0")


def tree(folder: Path) -> dict[str, str]:
    """Every file by its digest."""
    return {
        place.relative_to(folder).as_posix(): hashlib.sha256(place.read_bytes()).hexdigest()
        for place in sorted(folder.rglob("*"))
        if place.is_file()
    }


@pytest.fixture(scope="module")
def built(hung: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("built") / "site"
    site.build(hung.root, into=into, at=gallery.AT)
    return into


@pytest.fixture(scope="module")
def offline(result: Verification) -> Mapping[str, bytes]:
    return site.offline_pages(result, SEALED)


def test_a_site_is_the_same_on_any_day(hung: Scene, built: Path, tmp_path: Path) -> None:
    """Built a day later into another folder, every byte is the same, but of the page that tells what is due."""
    site.build(hung.root, into=tmp_path / "other", at=gallery.AT + timedelta(days=1))
    later, first = tree(tmp_path / "other"), tree(built)
    assert later.pop("inventory.html") != first.pop("inventory.html")
    assert later == first


def test_a_site_of_one_time_is_the_same(hung: Scene, built: Path, tmp_path: Path) -> None:
    """What is due is reckoned by the clock that is given, never by another."""
    site.build(hung.root, into=tmp_path / "other", at=gallery.AT)
    assert tree(tmp_path / "other") == tree(built)


def test_a_site_replaces_an_earlier_one(wall: Scene, tmp_path: Path) -> None:
    """A second build into the same folder leaves nothing of the first, and nothing beside it."""
    into = tmp_path / "place" / "site"
    site.build(wall.root, into=into, at=gallery.AT)
    (into / "left-over.html").write_text("old")
    site.build(wall.root, into=into, at=gallery.AT)
    assert not (into / "left-over.html").exists()
    assert [place.name for place in into.parent.iterdir()] == ["site"]


def test_a_folder_of_somebody_else_is_kept(wall: Scene, tmp_path: Path) -> None:
    """A folder that holds anything but a site of ours is refused and untouched."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConfigurationError) as caught:
        site.build(wall.root, into=tmp_path, at=gallery.AT)
    assert caught.value.fault == "folder-not-empty"
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_page_in_the_way_is_refused(wall: Scene, tmp_path: Path) -> None:
    """A page in docs/ cannot take the place of one of ours; the earlier site stays as it is."""
    into = tmp_path / "site"
    site.build(wall.root, into=into, at=gallery.AT)
    before = tree(into)
    (wall.root / "docs" / "index.md").write_text("# All is well\n")
    with pytest.raises(ConfigurationError) as caught:
        site.build(wall.root, into=into, at=gallery.AT)
    assert caught.value.fault == "page-taken"
    assert tree(into) == before


@pytest.mark.parametrize(
    "text", ["theme: {name: no-such-theme}\nsite_name: x\n", "site_name: [", "docs_dir: gone\n"]
)
def test_a_configuration_that_cannot_be_used_is_named(wall: Scene, tmp_path: Path, text: str) -> None:
    """A broken mkdocs.yml is a usage error with an id, never a traceback."""
    (wall.root / "mkdocs.yml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        site.build(wall.root, into=tmp_path / "site", at=gallery.AT)
    assert caught.value.fault == "site-configuration"
    assert not (tmp_path / "site").exists()


def test_an_inventory_without_a_configuration_has_a_site(wall: Scene, tmp_path: Path) -> None:
    """Without mkdocs.yml, the configuration that every inventory starts with serves."""
    (wall.root / "mkdocs.yml").unlink()
    site.build(wall.root, into=tmp_path / "site", at=gallery.AT)
    assert f"{MODEL} <span" in (tmp_path / "site" / "models" / MODEL / "1.0.0.html").read_text()


def test_mkdocs_build_works_in_an_inventory(wall: Scene, built: Path, tmp_path: Path) -> None:
    """`mkdocs build` alone, with the installed plugin, gives the same site."""
    entry = tmp_path / "lib" / "cognify_audit-0.0.dist-info"
    entry.mkdir(parents=True)
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: cognify-audit\nVersion: 0.0\n")
    (entry / "entry_points.txt").write_text("[mkdocs.plugins]\ncognify = cognify.site.plugin:CognifyPlugin\n")
    root = str(Path(site.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-d", str(tmp_path / "out")],
        cwd=wall.root, capture_output=True, check=False,
        env={**wall.environment, "PYTHONPATH": os.pathsep.join((root, str(entry.parent))),
             "SOURCE_DATE_EPOCH": str(int(gallery.AT.timestamp())), "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert tree(tmp_path / "out") == tree(built)


def test_no_page_names_another_host(built: Path) -> None:
    """No element of any page leads off the site, and every page forbids it to the rest."""
    pages = list(built.rglob("*.html"))
    assert len(pages) == 13
    assert (built / site_pages.VERIFIER).read_bytes() == resources.shipped(
        "site_template/package/verify.html"
    )
    for place in pages:
        text = place.read_text()
        read = Read(text)
        for attribute in ("src", "href", "action", "data", "poster", "srcset"):
            assert not [v for v in read.values(attribute) if re.match(r"(?i)([a-z][a-z0-9+.-]*:|//)", v)]
        if place.name != "404.html":
            assert [policy for policy in read.values("content") if policy.startswith("default-src 'none'")]
    for style in built.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", style.read_text())


def test_the_polyfill_is_the_vendored_one(built: Path) -> None:
    """Search from file:// uses our copy of iframe-worker, with its licence beside it."""
    assert 'src="assets/cognify/iframe-worker.js"' in (built / "index.html").read_text()
    assert "Permission is hereby granted" in (built / "assets/cognify/iframe-worker.LICENSE").read_text()
    assert "unpkg" not in (built / "index.html").read_text()


def test_the_search_index_holds_what_people_look_for(built: Path) -> None:
    """Model, metric, person and finding text are found; excerpts of evidence do not swell the index."""
    index = (built / "search" / "search_index.js").read_text()
    for word in (MODEL, "accuracy", "Tomas Lind", "Sort incoming memos"):
        assert word in index
    assert "The bytes around it" not in index
    assert gallery.SCRIPT not in index
    assert len(index) < 120_000


def test_versions_are_not_in_the_navigation(built: Path) -> None:
    """A page does not grow with the number of versions."""
    page = (built / "log.html").read_text()
    nav = page[page.index('<nav class="md-nav md-nav--primary') : page.index("<article")]
    assert "models/" not in nav
    assert "reviewing.html" in nav


def test_a_page_of_somebody_else_has_the_bar(wall: Scene, tmp_path: Path) -> None:
    """When the inventory does not verify, the pages in docs/ say so too."""
    card = wall.path("1.0.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"value: 0.8425", b"value: 0.9425"))
    wall.commit("improve")
    result = site.build(wall.root, into=tmp_path / "site", at=gallery.AT)
    assert result.exit_code == 3
    for name in ("reviewing.html", "index.html", "log.html", f"models/{MODEL}/1.1.0.html"):
        assert 'class="cg-bar cg-broken"' in (tmp_path / "site" / name).read_text()


def test_what_a_package_carries(offline: Mapping[str, bytes]) -> None:
    """A start page, the record on one page, and a site of this version, log and procedure."""
    assert {"index.html", "record.html", "site/index.html", "site/log.html", "site/verify.html",
            f"site/models/{MODEL}/1.0.0.html"} <= set(offline)  # fmt: skip
    doors = Read(offline["index.html"].decode()).values("href")
    assert doors == ["record.html", "site/index.html", "VERIFY.md", "verify.html"]
    assert not [name for name in offline if name.endswith((".map", ".gz", ".json"))]


def test_a_package_tells_nothing_of_others(offline: Mapping[str, bytes]) -> None:
    """No page, no search entry and no file name of a package tells of another version."""
    for name, raw in offline.items():
        assert "2.0.0" not in name
        if not name.startswith("site/assets/"):
            assert b"1.1.0" not in raw, name
            assert b"mara@" not in raw


def test_pages_are_the_same_from_a_package(
    offline: Mapping[str, bytes], result: Verification, tmp_path: Path
) -> None:
    """From the package alone, with no repository near, the version's page says the same."""
    file = tmp_path / "package.zip"
    file.write_bytes(package.write(result, SEALED, pages=offline))
    judged = verification.verify(package.open_source(file), at=gallery.AT)
    again = site.offline_pages(judged, SEALED)
    name = f"site/models/{MODEL}/1.0.0.html"
    assert set(again) == set(offline)
    assert again[name] == offline[name]


def test_the_commands_in_a_package_work(
    wall: Scene, offline: Mapping[str, bytes], result: Verification, tmp_path: Path
) -> None:
    """Whatever the record in a package tells a reader to type ends well at the package's top."""
    file = tmp_path / "PACKAGE.zip"
    file.write_bytes(package.write(result, SEALED, pages=offline))
    with zipfile.ZipFile(file) as packed:
        packed.extractall(tmp_path)
    top = tmp_path / f"{MODEL}-1.0.0"
    text = (top / "record.html").read_text()
    found = [html.unescape(c) for c in re.findall(r'<pre class="cg-cmd"><code>(.*?)</code>', text, re.DOTALL)]
    assert len(found) == 9
    for command in found:
        if command.startswith("cognify "):
            arguments = command.replace("PACKAGE.zip", str(file)).split()[1:]
            assert wall.cognify(*arguments).code == 0
            continue
        done = subprocess.run(["sh", "-e", "-c", command], cwd=top, capture_output=True, check=False)
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def test_a_version_that_is_not_there_is_named(result: Verification) -> None:
    """No page is made for a version that the verification does not know."""
    with pytest.raises(VerificationError) as caught:
        site.record_page(result, Version(MODEL, "9.9.9"))
    assert caught.value.fault == "record-missing"


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0", gallery.DRAFT])
def test_the_record_stands_alone(result: Verification, version: str) -> None:
    """One file: no script, no link out, a policy that forbids both, every citation a footnote."""
    text = site.record_page(result, Version(MODEL, version)).decode()
    read = Read(text)
    assert not {tag for tag, _ in read.elements} & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "svg",
        "form",
    }
    assert "default-src 'none'; style-src 'unsafe-inline'" in read.values("content")
    assert not [href for href in read.values("href") if not href.startswith("#")]
    assert (read.unclosed, read.misnested) == ([], [])
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert {href[1:] for href in read.values("href")} <= set(ids)
    assert not [name for _, attrs in read.elements for name in attrs if name.startswith("on")]
    assert all(sentence in read.text for sentence in result.not_proven)
    assert not re.search(r"url\(|@import", text)


def test_the_record_of_a_draft_is_a_draft(result: Verification) -> None:
    """The one-page record of a draft says that nothing on it is signed."""
    read = Read(site.record_page(result, Version(MODEL, gallery.DRAFT)).decode())
    assert "Nothing on this page is signed." in read.text
    assert read.classed("cg-draft")


def test_a_port_that_is_taken_is_named(built: Path) -> None:
    """Two servers on one port: the second is told, with an id."""
    with site.server(built, 0) as first:
        assert first.server_address[0] == "127.0.0.1"
        with pytest.raises(SurroundingsError) as caught:
            site.server(built, first.server_address[1])
    assert caught.value.fault == "port-taken"


def test_the_command_builds_and_tells_the_verdict(wall: Scene, tmp_path: Path) -> None:
    """`site build` says where the site is; its exit code is the verdict, and the site is there."""
    done = wall.cognify("site", "build", "-o", str(tmp_path / "site"))
    assert (done.code, done.out.strip()) == (0, str(tmp_path / "site" / "index.html"))
    card = wall.path("1.0.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"value: 0.8425", b"value: 0.9425"))
    wall.commit("improve")
    done = wall.cognify("site", "build", "-o", str(tmp_path / "site"))
    assert done.code == 3
    assert "cg-broken" in (tmp_path / "site" / "index.html").read_text()


def test_the_command_packs_a_sealed_version(wall: Scene, tmp_path: Path) -> None:
    """`package` writes a ZIP that verifies, twice the same."""
    wall.must("seal")
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    for file, epoch in ((one, "1790000000"), (two, "1890000000")):
        wall.must("package", MODEL, "1.0.0", "-o", str(file), SOURCE_DATE_EPOCH=epoch)
    assert one.read_bytes() == two.read_bytes()
    assert wall.cognify("verify", str(one)).code == 0
    names = zipfile.ZipFile(io.BytesIO(one.read_bytes())).namelist()
    assert f"{MODEL}-1.0.0/record.html" in names


def test_the_command_packs_nothing_else(wall: Scene, tmp_path: Path) -> None:
    """A draft is not packed, and no file is left."""
    done = wall.cognify("package", MODEL, gallery.DRAFT, "-o", str(tmp_path / "p.zip"))
    assert done.code == 3
    assert "error[not-sealed]" in done.err
    assert not list(tmp_path.glob("*.zip"))
