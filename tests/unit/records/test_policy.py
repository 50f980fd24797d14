"""A policy that could not mean what it says is refused before anybody signs under it."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cognify import canonical
from cognify.errors import MalformedRecord
from cognify.records import policy as policies
from cognify.records import sshkey
from cognify.records.policy import Policy
from tests import hearing
from tests.hardware import string
from tests.hearing import RULES, key

LOGIN = {"sigstore": {"issuer": "https://idp.example.org", "identity": "zoë@example.org"}}


def fault(**changes: Any) -> tuple[str, str]:
    with pytest.raises(MalformedRecord) as refusal:
        hearing.policy(**changes)
    return refusal.value.fault, refusal.value.what


def people(**more: dict[str, Any]) -> dict[str, Any]:
    given = {id: dict(p) for id, p in hearing.policy().data["people"].items()}
    return {**given, **more}


def rule(**more: Any) -> list[dict[str, Any]]:
    return [{**RULES[0], **more}]


@pytest.mark.parametrize("min", [0, -1, 33, True, "1", 1.0, None])
def test_thresholds(min: Any) -> None:
    """A quorum is between one and thirty-two people, as an integer: `policy-schema`."""
    raw = canonical.dumps({**hearing.policy().data, "signoff": []}).replace(
        b'"signoff":[]', f'"signoff":[{{"tiers":["low"],"all_of":[{{"role":"model-risk","min":{str(min).lower() if min is not None else "null"}}}]}}]'.encode()
        if not isinstance(min, str) else b'"signoff":[{"tiers":["low"],"all_of":[{"role":"model-risk","min":"1"}]}]'
    )  # fmt: skip
    with pytest.raises(MalformedRecord) as refusal:
        policies.parse(raw, where="policy/0001.yaml")
    assert refusal.value.fault in ("policy-schema", "yaml-ambiguous-scalar")


@pytest.mark.parametrize(("changes", "what"), [
    ({"signoff": rule(all_of=[{"role": "model-risk", "min": 5}])}, "5 of role model-risk are needed, and fewer people hold it"),
    ({"signoff": rule(any_of=[{"role": "ghost", "min": 1}])}, "1 of role ghost are needed, and fewer people hold it"),
    ({"policy_change": {"role": "ghost", "min": 1}}, "1 of role ghost are needed, and fewer people hold it"),
    ({"signoff": [*RULES, RULES[0]]}, "two sign-off rules for one tier"),
    ({"signoff": [{"tiers": ["low"]}]}, "a sign-off rule that asks nobody"),
    ({"expires": "2027-02-31"}, "/expires: there is no day 2027-02-31"),
    ({"people": people(zwilling={"name": "Z", "roles": ["engineer"], "keys": [{"ssh": key("mara").public + " other"}]})},
     "mara and zwilling have the same key or login"),
    ({"people": people(eins={"name": "E", "roles": ["engineer"], "keys": [LOGIN]},
                       zwei={"name": "Z", "roles": ["engineer"], "keys": [LOGIN]})},
     "eins and zwei have the same key or login"),
])  # fmt: skip
def test_sense(changes: dict[str, Any], what: str) -> None:
    """Ghosts in a quorum, a tier ruled twice, nobody asked, no such day, one key for two people."""
    assert fault(**changes) == ("policy-schema", what)


def test_exclusive_roles() -> None:
    """Somebody holds two roles that nobody may hold together: `exclusive-roles` names them."""
    assert fault(exclusive_roles=[["model-risk", "compliance"]]) == (
        "exclusive-roles", "both holds compliance and model-risk",
    )  # fmt: skip


@pytest.mark.parametrize("changes", [
    {"version": 0}, {"version": 2}, {"inventory": "x"}, {"people": {}}, {"signoff": []}, {"größe": 1},
    {"people": people(Zoë={"name": "Z", "roles": ["x"], "keys": []})}, {"trust": {"../x": {"sha256": "0" * 64}}},
    {"people": people(zoe={"name": "Z", "roles": ["x"], "keys": [{"ssh": "ssh-dss AAAA"}]})},
    {"people": people(zoe={"name": "Z", "roles": ["x"], "keys": [{"ssh": "ssh-ed25519 AAAA\nmallory ssh-ed25519 BBBB"}]})},
    {"people": people(zoe={"name": "Z", "roles": ["x"], "keys": []})}, {"previous": {"sha256": "0" * 64}},
    {"signoff": rule(tiers=["extreme"])}, {"signoff": rule(level="L9")}, {"expires": "2027-13-01"},
])  # fmt: skip
def test_shape(changes: dict[str, Any]) -> None:
    """What the schema does not know: `policy-schema`."""
    assert fault(**changes)[0] == "policy-schema"


def test_ten_thousand_people_and_no_more() -> None:
    """A policy of a hundred thousand is refused in a moment, not weighed for minutes."""
    crowd = {
        f"p{n}": {"name": "N", "roles": ["engineer"], "keys": [{"ssh": "ssh-ed25519 AAAA"}]}
        for n in range(10_001)
    }
    assert fault(people=crowd)[0] in ("policy-schema", "yaml-size")


def test_who_holds_what() -> None:
    """Roles by id, keys by their material, rules by tier; unknown is None or nobody."""
    policy: Policy = hearing.policy()
    assert [p.id for p in policy.holders("model-risk")] == ["both", "ines", "noor", "zoe"]
    assert policy.holders("ghost") == ()
    blob = key("zoe").public.split()[1]
    found = policy.person_of_key(blob)
    assert (found and found.id, policy.person_of_key("AAAA")) == ("zoe", None)
    assert (policy.rule_for("medium"), policy.rule_for("high") is not None) == (None, True)


@pytest.mark.parametrize(("path", "version"), [
    ("policy/0001.yaml", 1), ("policy/9999.yaml", 9999), ("policy/1.yaml", None), ("policy/00001.yaml", None),
    ("policy/0001.yml", None), ("policy/٠٠٠١.yaml", None), ("x/policy/0001.yaml", None), ("policy/0001.yaml\n", None),
])  # fmt: skip
def test_file_names(path: str, version: int | None) -> None:
    """Four digits, and one spelling for each."""
    assert policies.version_of(path) == version
    if version:
        assert policies.file_name(version) == path


def test_ssh_keygen_reads_the_allowed_signers(tmp_path: Path) -> None:
    """Each person with each of their keys, for the kinds that people sign and for nothing else."""
    policy, raw = hearing.policy(), b"x"
    (tmp_path / "signers").write_bytes(policies.allowed_signers(policy))
    for kind, expected in (("signoff.approve", 0), ("seal", 255)):
        (tmp_path / "sig").write_bytes(key("zoe").sign(raw, f"{kind}.v1@cognify.dev"))
        done = subprocess.run(
            ["ssh-keygen", "-Y", "verify", "-f", tmp_path / "signers", "-I", "zoe", "-n", f"{kind}.v1@cognify.dev",
             "-s", tmp_path / "sig"], input=raw, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == expected


def follows(**changes: Any) -> tuple[str, str] | None:
    """Why a second version with *changes* cannot follow the first, if so."""
    first = hearing.policy(trust={"trust/log.vkey": {"sha256": "1" * 64}})
    data = {
        "version": 2,
        "previous": {"sha256": first.sha256},
        "trust": {"trust/log.vkey": {"sha256": "1" * 64}},
    }
    second = hearing.policy(**{**data, **changes})
    return policies.broken_succession((first,), second)


@pytest.mark.parametrize(("changes", "fault"), [
    ({}, None),
    ({"version": 3}, "policy-gap"),
    ({"inventory": "urn:uuid:00000000-0000-4000-8000-000000000000"}, "policy-rollback"),
    ({"previous": {"sha256": "2" * 64}}, "policy-previous-mismatch"),
    ({"trust": {}}, "trust-changed"),
    ({"trust": {"trust/log.vkey": {"sha256": "2" * 64}}}, "trust-changed"),
])  # fmt: skip
def test_what_can_follow_a_version(changes: dict[str, Any], fault: str | None) -> None:
    """Exactly one higher, of the same inventory, naming it by digest, and dropping no trust file."""
    broken = follows(**changes)
    assert (broken and broken[0]) == fault


def test_a_key_never_changes_hands() -> None:
    """What Noor signed could be read as another's."""
    people = hearing.policy().data["people"]
    people = {**people, "noor": {**people["noor"], "keys": [{"ssh": hearing.key("other").public}]}}
    people["zoe"] = {**people["zoe"], "keys": [*people["zoe"]["keys"], {"ssh": hearing.key("noor").public}]}
    broken = follows(people=people)
    assert (broken and broken[0]) == "policy-schema"


def test_a_key_never_changes_hands_through_a_version_in_between() -> None:
    """Dropped by one version, and given to another person by the next."""
    first = hearing.policy()
    people = first.data["people"]
    without = {**people, "noor": {**people["noor"], "keys": [{"ssh": hearing.key("other").public}]}}
    second = hearing.policy(version=2, previous={"sha256": first.sha256}, people=without)
    taken = {
        **without,
        "zoe": {**people["zoe"], "keys": [*people["zoe"]["keys"], {"ssh": hearing.key("noor").public}]},
    }
    third = hearing.policy(version=3, previous={"sha256": second.sha256}, people=taken)
    assert policies.broken_succession((first,), second) is None
    broken = policies.broken_succession((first, second), third)
    assert (broken and broken[0]) == "policy-schema"


@pytest.mark.parametrize(
    "text", ["ssh-ed25519 A", "ssh-ed25519 AAAA", "ssh-rsa " + key("ines").public.split()[1]]
)
def test_what_is_no_key(text: str) -> None:
    """Base64 that is none, or of another type than it says, is refused before anybody signs."""
    people = {
        **hearing.policy().data["people"],
        "zoe": {"name": "Zoë", "roles": ["model-risk"], "keys": [{"ssh": text}]},
    }
    with pytest.raises(MalformedRecord) as caught:
        hearing.policy(people=people)
    assert caught.value.fault == "policy-schema"


def test_a_compressed_point_is_no_second_key() -> None:
    """An ECDSA key has one spelling: else the same key could be two people's."""
    private = ec.generate_private_key(ec.SECP256R1()).public_key()
    said = []
    for form in (PublicFormat.UncompressedPoint, PublicFormat.CompressedPoint):
        point = private.public_bytes(Encoding.X962, form)
        raw = string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(point)
        said.append(sshkey.is_whole(f"ecdsa-sha2-nistp256 {base64.b64encode(raw).decode()} zoë"))
    assert said == [True, False]


def test_more_timestamps_than_authorities() -> None:
    """A demand that nobody could meet is refused before anybody signs."""
    stamps = {"min": 2, "authorities": {"one": {"certificates": "trust/tsa/one.pem"}}}
    with pytest.raises(MalformedRecord) as caught:
        hearing.policy(timestamps=stamps, trust={"trust/tsa/one.pem": {"sha256": "1" * 64}})
    assert caught.value.fault == "policy-schema"
