"""What is found of the adopted frameworks: each finding has a card that draws it, and a twin that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cognify import resources
from cognify.checks.draft import Draft
from cognify.checks.framework import FRAMEWORK, load
from cognify.errors import FrameworkError
from cognify.inventory import Inventory, WorkTree, named
from cognify.site.coverage import covered
from cognify.strictyaml import splice

SR, CARD = "sr-26-2@2026-04", "model-card@mitchell-2019-v2"
OURS = "acme-mrm@1"
LOCK = (
    b'{\n "artifacts": {},\n "generator": {\n  "name": "cognify",\n  "version": "0.1.0"\n },\n "lock": 1,\n'
    b' "model": "m",\n "replay": 1,\n "values": {},\n "version": "1.0.0"\n}\n'
)
Drafted = Callable[..., Draft]


def own(id: str = OURS, extends: str | None = SR, number: str = "ACME 7") -> bytes:
    """A firm's pack of one requirement."""
    status = resources.shipped(f"frameworks/{SR}.yaml").decode().partition("outside:")[0]
    head = status.replace(f"id: {SR}", f"id: {id}" + (f"\nextends: {extends}" if extends else ""))
    return (
        head + f"requirements:\n  - id: {number}\n    text: Say why.\n    tier: must\n    owner: human\n"
        "    confidence: our own policy\n    fields: [use.benefits]\n"
        "    examples: {pass: {use: {benefits: Faster.}}}\n"
    ).encode()


@pytest.fixture
def drafted(tmp_path: Path) -> Drafted:
    """A version whose card has these sections, in an inventory that adopts these packs."""

    def draft(
        card: Mapping[str, Any], adopts: str = SR, packs: Mapping[str, bytes] = {}, settings: str = ""
    ) -> Draft:
        tree, place = WorkTree(tmp_path), named("m", "1.0.0")
        head = "cognify: 1\ninventory: urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0aaa\nname: acme\n"
        tree.write(
            "cognify.yaml", f"{head}origin: example.org/n\nframeworks: [{adopts}]\n{settings}".encode()
        )
        for id, raw in packs.items():
            tree.write(f"frameworks/{id}.yaml", raw)
        tree.write(place.card, splice.emit_document({"card": 1, **card}))
        tree.write(place.lock, LOCK)
        return Draft(Inventory(tree), place)

    return draft


def told(draft: Draft, id: str) -> list[tuple[str, str, str]]:
    found = [finding for finding in FRAMEWORK(draft) if finding.id == id]
    return [(finding.where, finding.what, finding.fix) for finding in found]


def decision(**said: object) -> dict[str, Any]:
    entry = {"framework": SR, "applies": True, "reason": "Our policy.", "by": "mara", **said}
    return {"governance": {"applicability": [entry]}}


def test_a_model_that_the_guidance_leaves_out_needs_a_basis(drafted: Drafted) -> None:
    """`framework-basis`, a warning, until a person says on which ground, or that it does not apply."""
    flags = {"model": {"name": "m", "version": "1", "generative": True, "agentic": False}}
    (found,) = told(drafted(flags), "framework-basis")
    assert "Footnote 3" in found[1] and "by-analogy or firm-policy" in found[2]
    assert told(drafted({**flags, **decision(basis="firm-policy")}), "framework-basis") == []
    assert told(drafted({**flags, **decision(applies=False)}), "framework-basis") == []
    assert list(FRAMEWORK(drafted({**flags, **decision(applies=False)}))) == []


def test_only_a_must_is_asked_for(drafted: Drafted) -> None:
    """Nothing is a warning, a part is a note, and what only should be there is neither."""
    open_ = told(drafted({"use": {"intended_purpose": "p"}}), "requirement-not-evidenced")
    assert [what for _, what, _ in open_ if "III ¶1 " in what] and not [
        w for _, w, _ in open_ if "III ¶3" in w
    ]
    partly = told(drafted({"use": {"intended_purpose": "p"}}), "requirement-partly-evidenced")
    assert [what.partition(" asks")[0] for _, what, _ in partly] == [
        f"{SR}/III ¶4", f"{SR}/IV / Model Development ¶2", f"{SR}/VI / Model Inventory"
    ]  # fmt: skip
    assert "(purpose-before-training has to hold)" in partly[1][2]


def test_a_firms_own_pack_is_held_against_the_card(drafted: Drafted) -> None:
    """It asks for all that it extends, and for its own."""
    draft = drafted({}, OURS, {OURS: own()})
    asked = [what.partition(" asks")[0] for _, what, _ in told(draft, "requirement-not-evidenced")]
    assert f"{OURS}/ACME 7" in asked and f"{OURS}/III ¶1" in asked
    (shown,) = covered(draft.inventory, draft.data)
    assert len(shown.asked) == len(load(SR).requirements) + 1 and shown.basis == "in-scope"
    given = drafted({"use": {"benefits": "Faster."}}, OURS, {OURS: own(extends=None)})
    assert list(FRAMEWORK(given)) == []


def test_a_pack_that_nobody_has_is_said(drafted: Drafted) -> None:
    """`framework-unknown`, and the page says so too."""
    draft = drafted({}, "other@1")
    ((where, what, _),) = told(draft, "framework-unknown")
    assert where == "cognify.yaml" and "other@1" in what
    assert "other@1" in covered(draft.inventory, draft.data)[0].fault


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (own(id="acme-mrm@2"), "calls itself acme-mrm@2"),
        (own(number="VI ¶1"), "two requirements"),
        (b"[]\n", ""),
        (own().replace(b"fields: [use.benefits]", b"fields: [use.nope]"), "no card has a field"),
    ],
)
def test_a_broken_pack_of_the_firm_is_said(drafted: Drafted, raw: bytes, says: str) -> None:
    """`framework-malformed`, with the place."""
    ((where, what, _),) = told(drafted({}, OURS, {OURS: raw}), "framework-malformed")
    assert where.startswith(f"frameworks/{OURS}.yaml") and says in what


def test_a_firms_pack_extends_a_shipped_one_only(drafted: Drafted) -> None:
    """No chain: a pack on a firm's own pack is refused."""
    packs = {OURS: own(), "acme-mrm@2": own("acme-mrm@2", OURS)}
    ((_, what, _),) = told(drafted({}, "acme-mrm@2", packs), "framework-unknown")
    assert OURS in what


def test_a_shipped_pack_is_never_shadowed(drafted: Drafted) -> None:
    """`framework-shadowed`, and the shipped one is used."""
    draft = drafted({}, SR, {SR: own(SR, None)})
    ((where, _, _),) = told(draft, "framework-shadowed")
    assert where == f"frameworks/{SR}.yaml"
    assert load(SR, draft.inventory.files) is load(SR)
    assert told(drafted({}, OURS, {OURS: own()}), "framework-shadowed") != []


HELD = 'elsewhere:\n  - {{requirement: "{}", where: GRC tool, by: mara}}\n'


def test_what_the_inventory_says_is_held_elsewhere_is_not_asked_for(drafted: Drafted) -> None:
    """A row is settled for every card; a row that no adopted pack has is `requirement-unknown`."""
    held = drafted({}, settings=HELD.format(f"{SR}/III ¶1"))
    assert not [what for _, what, _ in told(held, "requirement-not-evidenced") if f"{SR}/III ¶1 " in what]
    assert told(held, "requirement-unknown") == []
    (shown,) = covered(held.inventory, held.data)
    assert shown.count("held_elsewhere") == 1
    ((where, what, _),) = told(drafted({}, settings=HELD.format(f"{SR}/IX ¶1")), "requirement-unknown")
    assert where == "cognify.yaml" and "IX ¶1" in what


def test_what_no_card_can_hold_is_mended_in_the_settings(drafted: Drafted) -> None:
    """A must without fields says where to put the word."""
    raw = own(extends=None).replace(
        b"    fields: [use.benefits]\n    examples: {pass: {use: {benefits: Faster.}}}\n",
        b"    fields: []\n    elsewhere: training register\n",
    )
    ((_, _, fix),) = told(drafted({}, OURS, {OURS: raw}), "requirement-not-evidenced")
    assert f"{OURS}/ACME 7" in fix and "training register" in fix


def test_what_only_signing_brings_is_not_asked_for_before(drafted: Drafted) -> None:
    """Of a row that asks for a sign-off as well, the card's part alone is asked for."""
    mixed, alone = "fields: [use.benefits, approvals.signature]", "fields: [approvals.signature]"

    def asked(fields: str, card: Mapping[str, Any], *ids: str) -> list[tuple[str, str, str]]:
        example = "{approvals: [{signature: s}]" + (", use: {benefits: Faster.}}" if "use" in fields else "}")
        raw = own(extends=None).replace(
            b"fields: [use.benefits]\n    examples: {pass: {use: {benefits: Faster.}}}",
            f"{fields}\n    examples: {{pass: {example}}}".encode(),
        )
        draft = drafted(card, OURS, {OURS: raw})
        return [one for id in ids for one in told(draft, f"requirement-{id}-evidenced")]

    # A signature that is still to come is no part of the evidence: nothing is nothing.
    ((_, _, fix),) = asked(mixed, {}, "not")
    assert asked(mixed, {}, "partly") == []
    assert fix.startswith("give use.benefits, or say")
    assert asked(mixed, {"use": {"benefits": "Faster."}}, "not", "partly") == []
    assert asked(alone, {}, "not", "partly") == []


def test_an_unknown_pack_is_an_error_of_load() -> None:
    """Without an inventory only what is shipped is found."""
    with pytest.raises(FrameworkError) as caught:
        load(OURS)
    assert caught.value.fault == "framework-unknown"
