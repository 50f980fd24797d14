"""Crimes that need nobody's key: what anyone can do who may write to the repository, or hosts it.

One function for one crime; the sentence under its name is what the report prints.
"""

from __future__ import annotations

from cognify import canonical
from cognify.drill.place import Place, Skipped
from cognify.git.objects import LINK
from cognify.inventory import GITATTRIBUTES, LOG_BRANCH, SIGNATURE
from cognify.ledger.log import CHECKPOINT, LEAVES, STATEMENTS, checkpoint_path
from cognify.records import manifest
from cognify.records import policy as policies
from cognify.signing import note, ssh_keygen


def history_cut_off(at: Place) -> None:
    """History is cut off below the newest commit, so that nobody sees what was there before."""
    at.copy.hide_history()


def card_becomes_a_link(at: Place) -> None:
    """The card of a sealed version becomes a link to a file outside."""
    at.copy.commit(at.copy.branch, {at.sealed().card: b"../../../README.md"}, mode=LINK)


def attributes_change_bytes(at: Place) -> None:
    """Git is told to convert line ends, so that people read other bytes than were signed."""
    at.change(".gitattributes", GITATTRIBUTES + b"*.yaml text eol=crlf\n")


def name_in_two_cases(at: Place) -> None:
    """A second card is added whose name differs in case only: half of all systems show the wrong one."""
    version = at.sealed()
    at.change(f"{version.prefix}CARD.yaml", at.read(version.card))


def leaf_edited(at: Place) -> None:
    """One digit of one leaf of the log is changed."""
    lines = at.known.log_files[LEAVES].split(b"\n")
    number = at.any(list(range(len(lines) - 2)), "the log is too short")
    cut = lines[number].index(b'"sha256":"') + len(b'"sha256":"')
    digit = b"1" if lines[number][cut : cut + 1] == b"0" else b"0"
    lines[number] = lines[number][:cut] + digit + lines[number][cut + 1 :]
    at.log({LEAVES: b"\n".join(lines)})


def leaves_cut_off(at: Place) -> None:
    """The last leaf of the log is cut off under its checkpoint."""
    at.log({LEAVES: b"".join(at.known.log_files[LEAVES].splitlines(keepends=True)[:-1])})


def checkpoint_by_a_stranger(at: Place) -> None:
    """The checkpoint is signed anew by a key of the same name."""
    signer = note.new_log_key(at.known.settings.origin)
    raw = signer.sign(at.known.chain.checkpoint(signer.name)).render()
    at.log({CHECKPOINT: raw, checkpoint_path(at.known.log.size): raw})


def log_set_back(at: Place) -> None:
    """The log's branch goes on with a state of before, checkpoint and all."""
    at.copy.set_back(LOG_BRANCH, _earlier_log(at))


def log_rewound(at: Place) -> None:
    """The log is rewound by force to an earlier checkpoint that its own key had signed."""
    at.copy.point(f"refs/heads/{LOG_BRANCH}", _earlier_log(at))


def log_deleted(at: Place) -> None:
    """The log's branch is deleted."""
    at.copy.drop(LOG_BRANCH)


def merged_commits_dropped(at: Place) -> None:
    """The protected branch is rewound by force to before what was sealed last."""
    reading, tip = at.copy.reading, at.copy.tip(at.copy.branch)
    sealed = dict(next(s for s in reversed(at.known.trail) if s.kind == "seal").details)["commit"]
    line = list(reading.first_parents(tip))
    if sealed == line[-1]:
        raise Skipped("nothing was merged between the first commit and the last seal")
    at.copy.point(f"refs/heads/{at.copy.branch}", line[line.index(sealed) + 1])


def state_of_long_ago(at: Place) -> None:
    """Ten years pass, and the same state is still shown as the newest."""
    path = policies.file_name(at.known.policy.version if at.known.policy else 1)
    if "freshness" not in policies.parse(at.read(path), where=path).data:
        raise Skipped("the policy asks for no fresh time: see what is not caught")
    if at.known.steps[2].passed is False:
        raise Skipped("fresh time is missing already")
    at.clues["years"] = "10"


def policy_edited(at: Place) -> None:
    """The policy that the genesis binds is edited in place."""
    path = policies.file_name(1)
    at.change(path, at.read(path) + b"# reviewed\n")


def log_key_replaced(at: Place) -> None:
    """The log's verifier key is replaced by somebody else's, and the checkpoint signed with that."""
    signer = note.new_log_key(at.known.settings.origin)
    raw = signer.sign(at.known.chain.checkpoint(signer.name)).render()
    at.change("trust/log.vkey", signer.verifier.text().encode())
    at.log({CHECKPOINT: raw, checkpoint_path(at.known.log.size): raw})


def trust_file_smuggled(at: Place) -> None:
    """A trust file is added that nobody signed for."""
    at.change("trust/partner.pem", b"-----BEGIN CERTIFICATE-----\n")


def policy_without_signatures(at: Place) -> None:
    """The next policy version is put there, and nobody signed it."""
    number = max(at.known.inventory.policies())
    raw = at.read(policies.file_name(number))
    kept = [
        line for line in raw.splitlines(keepends=True) if not line.startswith((b"previous:", b"version:"))
    ]
    head = f'version: {number + 1}\nprevious: {{sha256: "{canonical.sha256(raw)}"}}\n'
    at.change(policies.file_name(number + 1), head.encode() + b"".join(kept))


def signoff_deleted(at: Place) -> None:
    """A sequenced approval is deleted together with its signature."""
    path = at.by_key()
    at.remove(path, path + SIGNATURE)


def statement_edited(at: Place) -> None:
    """One byte of a sequenced statement is changed."""
    path = at.statement("record.propose")
    at.change(path, at.one_byte(at.read(path), lambda byte: byte in b"0123456789"))


def seal_slipped_in(at: Place) -> None:
    """A second seal is slipped among what automation stated, without a leaf."""
    seal = at.any([s.path for s in at.known.trail if s.kind == "seal"], "the log holds no seal")
    raw = at.known.log_files[seal].replace(b'"through":', b'"through":1', 1)
    at.log({f"{STATEMENTS}seal.{canonical.sha256(raw)[:8]}.json": raw})


def sealed_card_edited(at: Place) -> None:
    """One digit of a sealed card is changed, in a commit that says that it mends a typo."""
    path = at.sealed().card
    at.change(path, at.one_byte(at.read(path), lambda byte: byte in b"0123456789"))


def evidence_edited(at: Place) -> None:
    """One byte of a sealed version's evidence is changed."""
    path = at.evidence(at.sealed())
    at.change(path, at.one_byte(at.read(path)))


def evidence_added(at: Place) -> None:
    """A file is added to the evidence of a sealed version."""
    at.change(f"{at.sealed().prefix}evidence/validation-report.json", b'{"passed": true}\n')


def version_deleted(at: Place) -> None:
    """A sealed version is deleted, statements and all."""
    at.remove(*at.known.inventory.files.paths(at.sealed().prefix))


def stranger_approves(at: Place) -> None:
    """An approval is stated in the name of an approver, and signed by a key that nobody knows."""
    path, raw = at.restated(at.by_key(), comment="approved")
    signature = ssh_keygen.sign(raw, key=at.stranger(), namespace="signoff.approve.v1@cognify.dev")
    at.copy.commit(at.copy.branch, {path: raw, path + SIGNATURE: signature})


def signature_replaced(at: Place) -> None:
    """The signature of a sealed approval is replaced by a stranger's over the same bytes."""
    path = at.by_key()
    signature = ssh_keygen.sign(at.read(path), key=at.stranger(), namespace="signoff.approve.v1@cognify.dev")
    at.change(path + SIGNATURE, signature)


def signature_stripped(at: Place) -> None:
    """The signature of a sealed approval is removed."""
    at.remove(at.by_key() + SIGNATURE)


def approval_copied(at: Place) -> None:
    """A genuine approval is copied beside another version."""
    path = at.by_key()
    others = [v for v in at.known.inventory.versions() if not path.startswith(v.prefix)]
    name = path.rpartition("/")[2]
    target = at.any(others, "there is one version only").statements + name
    signature = at.read(path + SIGNATURE)
    at.copy.commit(at.copy.branch, {target: at.read(path), target + SIGNATURE: signature})


def evidence_swapped_to_fit(at: Place) -> None:
    """Evidence is changed, and the manifest made to fit, so that `sha256sum -c` is content."""
    version = at.sealed()
    path = at.evidence(version)
    raw = at.one_byte(at.read(path))
    listed = manifest.parse(at.read(version.manifest), where=version.manifest)
    listed[path.removeprefix(version.prefix)] = canonical.sha256(raw)
    at.copy.commit(at.copy.branch, {path: raw, version.manifest: manifest.render(listed)})


def blob_replaced(at: Place) -> None:
    """A replace ref makes plain git show another card; it has no effect here, and is named."""
    path = at.sealed().card
    reading = at.copy.reading
    oid = reading.entry(at.copy.tip(at.copy.branch), path)
    other = at.copy.blob(at.one_byte(at.read(path), lambda byte: byte in b"0123456789"))
    at.copy.point(f"refs/replace/{oid}", other)


def _earlier_log(at: Place) -> str:
    """A commit of the log branch that ends with an earlier checkpoint."""
    reading, tip = at.copy.reading, at.copy.tip(LOG_BRANCH)
    newest, found = reading.entry(tip, CHECKPOINT), list[str]()
    for commit in reading.first_parents(tip):
        if reading.entry(commit, CHECKPOINT) in (None, newest):
            continue
        if reading.size(commit, LEAVES) < reading.size(tip, LEAVES):
            found.append(commit)
    return at.any(found, "the log was sealed once only")
