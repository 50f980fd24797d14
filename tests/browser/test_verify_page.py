"""`verify.html` in a real browser: genuine packages pass, each crime is named, and nothing is asked of any host."""

from __future__ import annotations

import base64
import json
import socket
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests import forge, parcel, scenario
from tests import watched as monitoring
from tests.browser import crimes
from tests.browser.conftest import CONTRAST, Watched
from tests.browser.crimes import CRIMES, Files
from tests.scenario import MODEL, Scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

pytestmark = pytest.mark.browser

PAGE = Path(__file__).parents[2] / "site_template/package/verify.html"
DONE = "html:is([data-verdict=pass], [data-verdict=fail], [data-verdict=cannot]):not(:has(#progress:not([hidden])))"
READY = "html[data-verdict=none]"


@dataclass(frozen=True)
class Said:
    """What the page said of a package."""

    verdict: str
    word: str
    ids: tuple[str, ...]
    text: str


@dataclass
class Desk:
    """An opened `verify.html`, before which packages are laid one after the other."""

    watched: Watched

    @property
    def page(self) -> Page:
        return self.watched.page

    def judge(self, raw: bytes | Path, given: str = "") -> Said:
        chosen: Path | FilePayload = (
            raw
            if isinstance(raw, Path)
            else {"name": "größe.zip", "mimeType": "application/zip", "buffer": raw}
        )
        field = "#folder" if isinstance(raw, Path) and raw.is_dir() else "#zip"
        self.page.locator("#given").evaluate("(field, text) => { field.value = text }", given)
        self.page.set_input_files(field, chosen)
        self.page.locator(DONE).wait_for(timeout=60_000)
        return self.said()

    def said(self) -> Said:
        found = self.page.locator("[data-finding]")
        ids = tuple(e.get_attribute("data-finding") or "" for e in found.all())
        verdict = self.page.locator("html").get_attribute("data-verdict") or ""
        return Said(verdict, self.page.locator("#word").inner_text(), ids, self.page.input_value("#report"))


def opened(watched: Watched, address: str = PAGE.as_uri()) -> Desk:
    watched.open(address)
    watched.page.locator(READY).wait_for()
    return Desk(watched)


@pytest.fixture
def desk(watched: Watched) -> Desk:
    return opened(watched)


@pytest.fixture(scope="module")
def one_desk(browser: Browser) -> Iterator[Desk]:
    """One page for many packages: what it said of one must not stay when the next is chosen."""
    context = browser.new_context()
    yield opened(Watched(context.new_page()))
    context.close()


@pytest.fixture(scope="module")
def shut(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A sealed inventory that this module only reads."""
    return sealed_scene.copy(tmp_path_factory.mktemp("shut") / "home")


@pytest.fixture(scope="module")
def files(shut: Scene) -> Files:
    return parcel.made(shut)


def packed(files: Files) -> bytes:
    return parcel.zipped(parcel.listed(files))


def judged_by_cognify(scene: Scene, raw: bytes, *more: str) -> Any:
    (scene.home / "page.zip").write_bytes(raw)
    return scene.verify(str(scene.home / "page.zip"), *more)


def test_a_genuine_package(desk: Desk, shut: Scene) -> None:
    """Exactly what `cognify package` wrote holds together; with the right genesis it is verified."""
    shut.must("package", MODEL, "1.0.0", "-o", str(shut.home / "whole.zip"))
    said = desk.judge(shut.home / "whole.zip")
    assert (said.verdict, said.word, said.ids) == ("pass", "HOLDS TOGETHER", ())
    assert (
        "that this is the inventory that you were told about" in desk.page.locator("#unchecked").inner_text()
    )
    described = json.loads(zipfile.ZipFile(shut.home / "whole.zip").read(f"{parcel.TOP}/package.json"))
    desk.page.fill("#given", f" SHA256:{described['genesis'].upper()}\n")
    assert desk.said().word == "VERIFIED"
    for name, value in (("Genesis digest", described["genesis"]), ("Record digest", described["digest"]),
                        ("Log root", described["log"]["root"])):  # fmt: skip
        assert desk.page.locator(f"[data-fact='{name}']").inner_text() == value
    assert desk.page.locator("#trail tr").count() == 3
    assert desk.page.locator("#steps .cg-passed").count() == 9
    assert "`" not in desk.page.locator("main").inner_text()
    assert desk.watched.is_quiet()


def test_the_twin(desk: Desk, shut: Scene, files: Files) -> None:
    """The same files packed again by hand, and one honest statement more, pass here and with Cognify."""
    for raw in (packed(files), packed(crimes.added(shut, files, crimes.late(shut)))):
        said = desk.judge(raw)
        assert (said.verdict, said.ids) == ("pass", ()), said.text
        assert judged_by_cognify(shut, raw).code == 0
    assert desk.watched.is_quiet()


def test_a_long_life(desk: Desk, tmp_path: Path) -> None:
    """A rejection withdrawn, sign-offs voided by changed bytes, an approval withdrawn after the seal: in order."""
    scene = scenario.found(tmp_path)
    scene.write_version("1.0.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")
    card = scene.path("1.0.0", "card.yaml")
    limit = "  thresholds: [{metric: accuracy, comparator: at_least, value: 0.8}]\n"
    card.write_text(card.read_text().replace("evaluation:\n", "evaluation:\n" + limit))
    by = ("--key", str(scene.key("noor")), "--yes")
    scene.must("state", "plan", MODEL, "1.0.0", "--threshold", "accuracy >= 0.80", *by)
    scene.commit("capture")
    scene.propose("1.0.0")
    scene.approve("1.0.0", "tomas")
    for command, person in (("reject", "noor"), ("withdraw", "noor")):
        scene.must(command, MODEL, "1.0.0", "--key", str(scene.key(person)), "--yes")
        scene.commit(command)
    scene.seal()
    card.write_bytes(card.read_bytes().replace(b"Short memos", "Größere Memos".encode()))
    scene.commit("mend the card")
    scene.propose("1.0.0")
    scene.approve("1.0.0", "ines", "--role", "model-risk")
    scene.approve("1.0.0", "tomas")
    scene.seal()
    scene.must("withdraw", MODEL, "1.0.0", "--key", str(scene.key("tomas")), "--yes")
    scene.commit("withdraw")
    for kind, how in (
        ("amend", ("--at", "/use", "--text", "Größer.")),
        ("withdraw", ("--reason", "Zu alt.")),
    ):
        by = ("--key", str(scene.key("ines")), "--role", "model-risk", "--yes")
        scene.must("state", kind, MODEL, "1.0.0", *how, *by)
        scene.commit(kind)
    scene.seal()
    raw = packed(parcel.made(scene))
    said = desk.judge(raw)
    assert (said.verdict, said.ids) == ("pass", ()), said.text
    assert judged_by_cognify(scene, raw).code == 0
    warned = desk.page.locator(".cg-warn").all_inner_texts()
    assert warned == ["Amended by ines: /use", "Withdrawn from use, as ines states: Zu alt."]
    told = [row.locator("th, td:nth-child(3), td:nth-child(4)").all_inner_texts()
            for row in desk.page.locator("#trail tr").all()]  # fmt: skip
    assert [" ".join(row) for row in told] == [
        "noor registered thresholds –", "mara proposed it other bytes", "tomas approved it other bytes",
        "noor rejected it, and withdrew that other bytes", "noor withdrew a sign-off –",
        "mara proposed it these bytes", "ines approved it these bytes",
        "tomas approved it, and withdrew that these bytes", "tomas withdrew a sign-off –",
        "ines amended it –", "ines withdrew it from use –",
    ]  # fmt: skip


ON = ("--condition", "höchstens 30 Tage")


def acknowledge(scene: Scene) -> None:
    scene.must("state", "acknowledge", MODEL, "1.1.0", "--key", str(scene.key("mara")), "--yes")
    scene.commit("acknowledge")


def taken_on(scene: Scene) -> None:
    scene.approve("1.1.0", "tomas", *ON)
    acknowledge(scene)
    scene.seal()


def taken_on_twice(scene: Scene) -> None:
    """A first round is voided by changed bytes: what was taken on in it stays as it is."""
    scene.approve("1.1.0", "tomas", *ON)
    acknowledge(scene)
    card = scene.path("1.1.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"Short memos", "Größere Memos".encode()))
    scene.commit("mend the card")
    scene.propose("1.1.0")
    scene.approve("1.1.0", "ines", "--role", "model-risk")
    taken_on(scene)


def sealed_by_force(scene: Scene) -> None:
    scene.approve("1.1.0", "tomas", *ON)
    forge.seal_by_force(scene, "1.1.0")


@pytest.mark.parametrize(("life", "verdict", "ids"), [
    (taken_on, "pass", ()), (taken_on_twice, "pass", ()),
    (sealed_by_force, "cannot", ("condition-unacknowledged",)),
])  # fmt: skip
def test_a_condition(
    desk: Desk, shut: Scene, tmp_path: Path, life: Callable[[Scene], None], verdict: str, ids: tuple[str, ...]
) -> None:
    """A20: a condition that was taken on is no matter; one that nobody took on is no yes."""
    scene = shut.copy(tmp_path / "home")
    life(scene)
    made = parcel.made(scene, "1.1.0", first="" if verdict == "pass" else parcel.BLIND)
    said = desk.judge(parcel.zipped(parcel.listed(made), top=f"{MODEL}-1.1.0/"))
    assert (said.verdict, said.ids) == (verdict, ids), said.text


@pytest.mark.parametrize(("change", "id"), [
    ({"person": "ines", "role": "model-risk"}, "nothing-to-acknowledge"), ({"parents": []}, "nothing-to-acknowledge"),
    ({"expires": "2099-01-31"}, "nothing-to-acknowledge"), ({"conditions": ["sofern möglich"]}, "nothing-to-acknowledge"),
    ({"finding": {"id": "field-gone", "where": "/x"}, "parents": []}, "explanation-misplaced"),
    ({"finding": {"id": "field-gone", "where": "/x"}, "expires": "2099-01-31"}, "explanation-misplaced"),
])  # fmt: skip
def test_what_takes_no_condition_on(
    desk: Desk, shut: Scene, files: Files, change: dict[str, Any], id: str
) -> None:
    """A20: an acknowledgement, or an explanation, that Cognify would refuse is no yes on the page."""
    raw = explained(shut, files, **{"finding": {"id": "condition-unacknowledged", "where": "x"}, **change})
    said = desk.judge(raw)
    assert (said.verdict, said.ids) == ("cannot", (id,)), said.text
    assert judged_by_cognify(shut, raw).code == 3


def test_an_explanation_of_a_finding_is_nothing_to_overlook(desk: Desk, shut: Scene, files: Files) -> None:
    raw = explained(shut, files, finding={"id": "field-gone", "where": "/model/base"})
    said = desk.judge(raw)
    assert (said.verdict, said.ids) == ("pass", ()), said.text
    assert "explained" in desk.page.locator("#trail").inner_text()
    assert judged_by_cognify(shut, raw).code == 0


def explained(shut: Scene, files: Files, **change: Any) -> bytes:
    """The package with one more statement: that somebody explains what was found."""
    data = crimes.late(shut, explanation="Größer.")
    data["predicate"].update({"kind": "finding.explain", "person": "mara", "role": "engineer", **change})
    data["predicateType"] = "https://cognify.dev/predicate/finding.explain/v1"
    person = data["predicate"]["person"]
    data["predicate"]["signer"] = shut.mark(person)
    name = f"finding.explain.{person}.{forge.sha256(forge.jcs(data))[:8]}.json"
    return packed(
        crimes.added(shut, files, data, signer=person, namespace="finding.explain.v1@cognify.dev", name=name,
                     leaf={"kind": "finding.explain"})
    )  # fmt: skip


def test_a_folder(desk: Desk, files: Files, tmp_path: Path) -> None:
    """An unpacked package passes when its folder is chosen; with a file too many it does not."""
    folder = parcel.unpacked(parcel.listed(files), tmp_path / "größe")
    assert desk.judge(folder).verdict == "pass"
    (folder / "inventory/mehr").write_text("ä")
    assert desk.judge(folder).ids == ("pkg-checksum",)
    assert desk.watched.is_quiet()


def test_a_dropped_file(desk: Desk, files: Files) -> None:
    """A ZIP that is dropped anywhere on the page is judged."""
    desk.page.evaluate(
        """text => {
          const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], "größe.zip"));
          document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        base64.b64encode(packed(files)).decode(),
    )
    desk.page.locator(DONE).wait_for()
    assert desk.said().verdict == "pass"


def test_another_genesis(desk: Desk, shut: Scene, files: Files) -> None:
    """A genesis that was given and is not the package's is a failure, also when it is typed later."""
    raw, other = packed(files), "0" * 64
    assert desk.judge(raw, other).ids == ("genesis-mismatch",)
    assert judged_by_cognify(shut, raw, "--genesis", other).ids == {"genesis-mismatch"}
    desk.page.fill("#given", "")
    assert desk.said().verdict == "pass"
    desk.page.fill("#given", other)
    assert (desk.said().verdict, desk.said().ids) == ("fail", ("genesis-mismatch",))
    desk.page.fill("#given", "größe")
    assert (desk.said().verdict, desk.said().ids) == ("cannot", ())


@pytest.mark.parametrize("name", CRIMES)
def test_crime(one_desk: Desk, shut: Scene, files: Files, name: str) -> None:
    """Each crime fails by its own id, and `cognify verify` fails by it, too."""
    crime = CRIMES[name]
    raw = packed(crime.do(shut, dict(files)))
    said = one_desk.judge(raw)
    assert said.verdict == "fail", said.text
    assert set(said.ids) == crime.ids, said.text
    done = judged_by_cognify(shut, raw)
    assert done.code == 3, done.out + done.err
    assert (crime.shared or crime.ids) <= done.ids, done.out
    assert one_desk.watched.is_quiet()


def _without_flag(raw: bytes) -> bytes:
    return raw.replace(b"PK\x01\x02", b"PK\x01\x03", 1)


def _twice(files: Files) -> bytes:
    members = [(f"{parcel.TOP}/{path}", raw) for path, raw in parcel.listed(files).items()]
    with pytest.warns(UserWarning, match="Duplicate"):
        return parcel.zipped([*members, members[0]])


def _with_comment(raw: bytes) -> bytes:
    buffer = BytesIO(raw)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = "größe".encode()
    return buffer.getvalue()


def _named(files: Files, name: str) -> bytes:
    members = [(f"{parcel.TOP}/{path}", raw) for path, raw in parcel.listed(files).items()]
    return parcel.zipped([*members, (name, b"x")])


def _damaged(raw: bytes) -> bytes:
    """One byte of a member's content is another, its CRC-32 stays."""
    return raw.replace(b'"accuracy": 0.84', b'"accuracy": 0.94', 1)


ARCHIVES: dict[str, tuple[Callable[[Files], bytes], str, str]] = {
    "checksums-left-as-they-were": (lambda f: parcel.zipped(crimes.swapped(f)), "fail", "pkg-checksum"),
    "checksums-gone": (lambda f: parcel.zipped(crimes.without(f, "CHECKSUMS")), "fail", "pkg-checksum"),
    "file-not-listed": (lambda f: parcel.zipped({**f, "mehr": b""}), "fail", "pkg-checksum"),
    "name-twice": (_twice, "fail", "pkg-path"),
    "name-climbs": (lambda f: _named(f, f"{parcel.TOP}/../x"), "fail", "pkg-path"),
    "name-acts": (lambda f: _named(f, f"{parcel.TOP}/<img src=x onerror=alert(1)>"), "fail", "pkg-path"),
    "name-turns": (lambda f: _named(f, f"{parcel.TOP}/a\u202eb"), "fail", "pkg-path"),
    "name-in-other-case": (lambda f: _named(f, f"{parcel.TOP}/LOG/Leaves"), "fail", "pkg-path"),
    "two-folders": (lambda f: _named(f, "andere/x"), "fail", "pkg-path"),
    "bytes-before": (lambda f: b"PK" + packed(f), "fail", "pkg-damaged"),
    "bytes-behind": (lambda f: packed(f) + b"\0", "fail", "pkg-damaged"),
    "comment": (lambda f: _with_comment(packed(f)), "fail", "pkg-damaged"),
    "directory-broken": (lambda f: _without_flag(packed(f)), "fail", "pkg-damaged"),
    "member-damaged": (lambda f: _damaged(packed(f)), "fail", "pkg-damaged"),
    "not-a-zip": (lambda f: "größe".encode() * 100, "cannot", "pkg-unreadable"),
    "empty": (lambda f: b"", "cannot", "pkg-unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("name", ARCHIVES)
def test_archive(one_desk: Desk, shut: Scene, files: Files, name: str) -> None:
    """What is wrong with the archive itself is named before anything in it is believed, as Cognify does."""
    make, verdict, id = ARCHIVES[name]
    raw = make(dict(files))
    said = one_desk.judge(raw)
    assert (said.verdict, said.ids) == (verdict, (id,)), said.text
    assert one_desk.page.locator("#findings img").count() == 0
    done = judged_by_cognify(shut, raw)
    if name == "directory-broken":  # Python's zipfile cannot open it, which is exit 4 there
        verdict, id = "cannot", "pkg-unreadable"
    assert (done.code, done.ids) == (3 if verdict == "fail" else 4, {id}), done.err
    assert one_desk.watched.is_quiet()


def test_what_the_page_does_not_know(one_desk: Desk, files: Files) -> None:
    """Compressed members, a second policy, a Sigstore bundle, a newer package: neither yes nor no."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, raw in parcel.listed(files).items():
            archive.writestr(f"{parcel.TOP}/{path}", raw)
    approval = crimes.find(files, "signoff.approve.ines")
    unknown = {
        "pkg-limit": buffer.getvalue(),
        "kind-not-judged": packed({**files, "inventory/policy/0002.yaml": b"version: 2\n"}),
        "pkg-description": packed(crimes.described(files, package=2)),
    }
    for id, raw in unknown.items():
        said = one_desk.judge(raw)
        assert (said.verdict, said.ids) == ("cannot", (id,)), said.text
    # A login's signature lies in the place of a key's.
    by_login = {**crimes.without(files, f"{approval}.sig"), f"{approval}.sigstore.json": b"{}"}
    said = one_desk.judge(packed(by_login))
    assert (said.verdict, said.ids) == ("cannot", ("sigstore-missing",)), said.text


def test_any_byte_of_any_file(one_desk: Desk, shut: Scene, files: Files) -> None:
    """One byte changed in any member, checksums left or made right: never a pass where Cognify has none.

    What is no part of the record (pages, scripts, `cognify.yaml`) is held by the checksums alone.
    """
    for path in sorted(parcel.listed(files)):
        raw = bytearray(parcel.listed(files)[path])
        raw[len(raw) // 2] ^= 1
        said = one_desk.judge(parcel.zipped({**parcel.listed(files), path: bytes(raw)}))
        assert (said.verdict, said.ids) == ("fail", ("pkg-checksum",)), path
        if path.startswith(("inventory/", "log/", "package.json")) and path != "inventory/cognify.yaml":
            if path == "package.json" and b"not_proven" in raw[len(raw) // 2 - 400 : len(raw) // 2]:
                continue  # its list of what is not proven is prose
            said = one_desk.judge(packed({**files, path: bytes(raw)}))
            assert said.verdict in ("fail", "cannot"), (path, said.text)
            assert said.ids, path


def test_a_lying_page_in_the_package(desk: Desk, files: Files) -> None:
    """O08: whoever forges a package can put a page into it that says yes; one's own copy still says no."""
    lying = PAGE.read_bytes().replace(b"Does not hold", b"Verified")
    said = desk.judge(packed({**crimes.swapped(files), "verify.html": lying}))
    assert (said.verdict, said.ids) == ("fail", ("sealed-bytes-changed",))


def test_a_pointer_that_never_ends(desk: Desk, shut: Scene, files: Files) -> None:
    """O11: no pattern of the page can be made to try for ever."""
    data = crimes.late(shut, amendments=[{"at": "/" * 1000 + "~x", "text": "Größer."}])
    data["predicate"]["kind"] = "amend"
    data["predicateType"] = "https://cognify.dev/predicate/amend/v1"
    said = desk.judge(packed(crimes.added(shut, files, data)))
    assert said.verdict == "fail"
    assert "statement-schema" in said.ids


def test_the_package_carries_this_very_page(files: Files) -> None:
    assert files["verify.html"] == PAGE.read_bytes()


def test_no_key_stands_beside_a_signature_that_does_not_hold(desk: Desk, shut: Scene, files: Files) -> None:
    """In the list of who signed what, a forged line says so in the place of a key."""
    desk.judge(packed(CRIMES["signature-of-another"].do(shut, dict(files))))
    keys = [cell.inner_text() for cell in desk.page.locator("#trail td:last-child").all()]
    assert [key.startswith("SHA256:") for key in keys] == [True, True, True, False]
    assert keys[-1] == "not verified"


def test_hostile_text_is_text(desk: Desk, shut: Scene, files: Files) -> None:
    """What a package says is shown as text, also where it looks like HTML; controls are spelt out."""
    said = desk.judge(_named(files, f"{parcel.TOP}/\u202e<script>alert(1)</script>"))
    assert said.ids == ("pkg-path",)
    shown = desk.page.locator("#findings").inner_text()
    assert "⟨U+202E⟩<script>alert(1)</script>" in shown
    assert desk.watched.is_quiet()


def test_it_asks_nobody(watched: Watched, files: Files) -> None:
    """Its policy lets nothing run or load but its own script and style, not even a script that got in."""
    desk = opened(watched)
    policy = desk.page.locator("meta[http-equiv]").get_attribute("content") or ""
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert desk.judge(packed(files)).verdict == "pass"
    assert desk.watched.is_quiet()
    assert [url for url in watched.requests if not url.startswith("file:")] == []
    with socket.create_server(("127.0.0.1", 0)) as host:
        host.settimeout(0.5)
        tried = desk.page.evaluate(_REACH_OUT, f"http://127.0.0.1:{host.getsockname()[1]}/x")
        assert tried == "stopped"
        with pytest.raises(TimeoutError):
            host.accept()


_REACH_OUT = """async address => {
  const image = document.createElement("img");
  image.src = address;
  document.body.append(image);
  navigator.sendBeacon(address, "x");
  return fetch(address).then(() => "reached").catch(() => "stopped");
}"""


def served(page: Page, address: str) -> None:
    page.route(
        "**/*", lambda route: route.fulfill(body=PAGE.read_bytes(), content_type="text/html; charset=utf-8")
    )
    page.goto(address)


def test_over_https(watched: Watched, files: Files) -> None:
    """From a site it works as from a disk."""
    served(watched.page, "https://audit.example/assets/cognify/verify.html")
    watched.page.locator(READY).wait_for()
    assert Desk(watched).judge(packed(files)).verdict == "pass"


def test_over_plain_http(watched: Watched) -> None:
    """Over a connection that anyone can alter, it cannot verify, and offers no file picker."""
    served(watched.page, "http://audit.example/verify.html")
    watched.page.locator("#sentence", has_text="over a connection that anyone can alter").wait_for()
    assert Desk(watched).said().verdict == "cannot"
    assert not watched.page.locator("#drop").is_visible()


_NO_ED25519 = """(() => { const real = SubtleCrypto.prototype.importKey;
SubtleCrypto.prototype.importKey = function (f, k, how, ...rest) {
  if (how.name === 'Ed25519') return Promise.reject(new DOMException('no', 'NotSupportedError'));
  return real.call(this, f, k, how, ...rest); } })()"""
_YES_TO_ALL = "SubtleCrypto.prototype.verify = async () => true"


@pytest.mark.parametrize("script", [_NO_ED25519, _YES_TO_ALL])
def test_a_browser_that_cannot(watched: Watched, script: str) -> None:
    """Without Ed25519, or with one that says yes to all, it cannot verify, and offers no file picker."""
    watched.page.add_init_script(script)
    watched.page.goto(PAGE.as_uri())
    watched.page.locator("#sentence", has_text="cannot check Ed25519").wait_for()
    assert Desk(watched).said().verdict == "cannot"
    assert not watched.page.locator("#drop").is_visible()


def test_without_scripts(browser: Browser) -> None:
    """Where scripts are switched off, the page says that it cannot verify."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGE.as_uri())
    assert page.locator("#word").inner_text() == "CANNOT VERIFY"
    assert not page.locator("#drop").is_visible()
    context.close()


def test_our_own_bug(desk: Desk, files: Files) -> None:
    """A failure of the page itself is never a pass: it says so, and gives text to paste."""
    desk.page.evaluate("() => { SubtleCrypto.prototype.digest = () => { throw new TypeError('größe') } }")
    said = desk.judge(packed(files))
    assert (said.verdict, said.word, said.ids) == ("cannot", "CANNOT VERIFY", ())
    assert "a bug in step" in said.text
    assert "TypeError: größe" in said.text
    assert desk.page.locator("#report").is_visible()


def test_a_newer_choice_voids_the_older(desk: Desk, files: Files) -> None:
    """Two packages chosen quickly: the verdict is about the second."""
    good, bad = packed(files), packed(crimes.swapped(files))
    for first, second, verdict in ((good, bad, "fail"), (bad, good, "pass")):
        for raw in (first, second):
            desk.page.set_input_files("#zip", {"name": "a.zip", "mimeType": "application/zip", "buffer": raw})
        desk.page.locator(DONE).wait_for()
        desk.page.wait_for_timeout(300)
        assert desk.said().verdict == verdict


def test_by_keyboard_and_ear(desk: Desk, files: Files) -> None:
    """Both choices are reached with Tab and named; the verdict is announced and takes the focus."""
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.id") == "zip"
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.id") == "folder"
    assert desk.page.get_by_label("Choose the ZIP file").count() == 1
    assert desk.page.get_by_label("Choose the unpacked folder").count() == 1
    desk.judge(packed(files))
    assert desk.page.evaluate("document.activeElement.id") == "verdict"
    assert desk.page.locator("#verdict").get_attribute("role") == "status"
    assert desk.page.get_by_label("Genesis digest that you were given").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(browser: Browser, files: Files, scheme: Literal["light", "dark"]) -> None:
    """Every piece of text has the contrast that WCAG 2.2 AA asks, and nothing scrolls sideways at 360 px."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 800})
    desk = opened(Watched(context.new_page()))
    bad = {**files, "inventory/policy/0002.yaml": b"version: 2\n"}
    for raw in (packed(files), packed(crimes.swapped(bad))):
        desk.judge(raw)
        assert desk.page.evaluate(CONTRAST) == []
        assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_what_was_reported_in_use(one_desk: Desk, sealed_scene: Scene, tmp_path: Path) -> None:
    """Said in words, its outcome left to `cognify verify`; a changed, added or missing byte of it is a fault."""
    scene = sealed_scene.copy(tmp_path / "home")
    monitoring.write(scene, "1.2.0", 2)
    monitoring.observed(scene, "2026-09", accuracy=0.9, ece=0.2)
    assert monitoring.monitor(scene, "2026-09", version="1.2.0").code == 1
    scene.commit("report")
    scene.seal()
    files = parcel.made(scene, "1.2.0")
    honest = one_desk.judge(parcel.zipped(files, f"{MODEL}-1.2.0/"))
    assert (honest.verdict, honest.ids) == ("pass", ()), honest.text
    assert "breach, as noor reports" in honest.text
    assert "1 monitoring reports" in one_desk.page.locator("body").inner_text()
    report = next(path for path in files if path.endswith("/report.yaml"))
    for crime in (
        {**files, report: files[report].replace(b"0.2", b"0.1")},
        {**files, report.replace("report.yaml", "evidence/why.txt"): b"because"},
        {path: raw for path, raw in files.items() if path != report},
    ):
        said = one_desk.judge(parcel.zipped(parcel.listed(crime), f"{MODEL}-1.2.0/"))
        assert (said.verdict, said.ids) == ("fail", ("subject-digest-mismatch",))
