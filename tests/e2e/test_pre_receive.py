"""A Git host of our own: real `git push` into a bare repository whose hook is the shipped one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cognify.git import Repository
from cognify.receiving import Judged, Update, receive
from cognify.receiving.plain import plain
from tests import attested, forge, watched
from tests.scenario import MODEL, Done, Scene

HOOK = Path(__file__).parents[2] / "hooks/pre-receive"


class Hosted(Scene):
    """A scene whose origin is a bare repository behind the hook."""

    @property
    def origin(self) -> Path:
        return self.home / "größe.git"

    def host(self) -> None:
        self.environment["PATH"] = f"{Path(sys.executable).parent}:{self.environment['PATH']}"
        self.git("init", "--quiet", "--bare", "-b", "main", str(self.origin), cwd=self.home)
        shutil.copy(HOOK, self.origin / "hooks/pre-receive")
        self.git("remote", "add", "origin", str(self.origin))

    def push(self, *arguments: str, **env: str) -> Done:
        done = subprocess.run(
            ["git", "push", *arguments], cwd=self.root, capture_output=True, check=False,
            env={**self.environment, **env},
        )  # fmt: skip
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def refused(self, *arguments: str, **env: str) -> set[str]:
        """Push what must be refused; the ids that the pusher is shown. Nothing moved, nothing stayed."""
        before = self.state()
        done = self.push(*arguments, **env)
        assert done.code != 0, done.err
        assert self.state() == before
        assert "error[bug]" not in done.err
        return set(re.findall(r"remote: error\[([a-z0-9-]+)\]", done.err))

    def accepted(self, *arguments: str) -> None:
        done = self.push(*arguments)
        assert done.code == 0, done.err

    def state(self) -> str:
        objects = sorted(str(p) for p in (self.origin / "objects").rglob("*") if "incoming" in p.name)
        return self.git("for-each-ref", cwd=self.origin) + "\n".join(objects)


@pytest.fixture(scope="module")
def first(sealed_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Hosted:
    home = tmp_path_factory.mktemp("hosted") / "home"
    sealed_scene.copy(home)
    scene = Hosted(home)
    scene.host()
    scene.accepted("--atomic", "origin", "main", "cognify-log")
    scene.git("fetch", "--quiet", "origin")
    return scene


@pytest.fixture
def hosted(first: Hosted, tmp_path: Path) -> Hosted:
    shutil.copytree(first.home, tmp_path / "home", symlinks=True)
    scene = Hosted(tmp_path / "home")
    scene.environment["PATH"] = first.environment["PATH"]
    scene.git("remote", "set-url", "origin", str(scene.origin))
    return scene


def test_honest_life_passes(hosted: Hosted) -> None:
    """Draft, proposal, approvals, merge, and a seal from another clone: every push is accepted."""
    hosted.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    hosted.commit("capture")
    hosted.accepted("origin", "main")
    hosted.propose("1.2.0")
    hosted.accepted("origin", "main")
    hosted.approve("1.2.0", "ines", "--role", "model-risk")
    hosted.approve("1.2.0", "tomas")
    hosted.accepted("origin", "main")
    clone = Hosted(hosted.home)
    clone.environment, clone.root = hosted.environment, hosted.home / "clone"
    hosted.git("clone", "--quiet", str(hosted.origin), str(clone.root), cwd=hosted.home)
    done = clone.must("seal", "--log-key", str(hosted.root / ".git/cognify/log.key"))
    assert f"sealed     {MODEL} 1.2.0" in done.out
    assert clone.verify().code == 0


def test_a_tag_stops_no_push(hosted: Hosted) -> None:
    """A tag that shows other bytes is told by verify: whoever pushed it cannot keep the log from growing."""
    hosted.git("switch", "--quiet", "-c", "größe/2")
    hosted.path("1.0.0", "card.yaml").write_text("anders\n")
    hosted.commit()
    hosted.accepted("origin", f"HEAD:refs/tags/{MODEL}/1.0.0")
    hosted.git("switch", "--quiet", "main")
    hosted.git("fetch", "--quiet", "--tags", "origin")
    hosted.approve("1.1.0", "tomas")
    hosted.accepted("origin", "main")
    assert f"sealed     {MODEL} 1.1.0" in hosted.seal().out
    assert (done := hosted.verify()).code == 3 and done.ids == {"tag-not-logged"}


def test_a_monitoring_report_comes_and_stays(hosted: Hosted) -> None:
    """Its push is accepted, and its seal; not a push that changes, adds to, or takes away a byte of it."""
    watched.write(hosted, "1.2.0", 2, seal=False)
    hosted.approve("1.2.0", "ines", "--role", "model-risk")
    hosted.approve("1.2.0", "tomas")
    hosted.accepted("origin", "main")
    hosted.must("seal")
    watched.observed(hosted, "2026-09", accuracy=0.9, ece=0.2)
    assert watched.monitor(hosted, "2026-09", version="1.2.0").code == 1
    hosted.commit("report")
    hosted.accepted("origin", "main")
    hosted.must("seal")
    place = watched.folder(hosted, "1.2.0")

    def better() -> None:
        (place / "report.yaml").write_bytes((place / "report.yaml").read_bytes().replace(b"0.2", b"0.0"))

    crimes = (
        better,
        (place / "report.yaml").unlink,
        lambda: (place / "why.txt").write_text("because"),
    )
    for crime in crimes:
        crime()
        hosted.commit("better")
        assert hosted.refused("origin", "main") == {"subject-digest-mismatch"}
        hosted.git("reset", "--quiet", "--hard", "origin/main")
    hosted.path("1.0.0").joinpath("../../../notes.txt").write_text("nothing")
    hosted.commit("notes")
    hosted.accepted("origin", "main")


def test_other_branches_pass_untouched(hosted: Hosted) -> None:
    """A pull request's branch may hold anything, be forced, and be deleted; so may a tag."""
    hosted.git("switch", "--quiet", "-c", "größe/1")
    hosted.path("1.0.0", "card.yaml").write_text("anders\n")
    hosted.commit()
    hosted.accepted("origin", "größe/1", "HEAD:refs/tags/v1")
    hosted.git("reset", "--quiet", "--hard", "main~1")
    hosted.accepted("--force", "origin", "größe/1")
    hosted.accepted("origin", ":größe/1", ":refs/tags/v1")


EDITED = {"sealed-bytes-changed", "subject-digest-mismatch", "field-provenance"}


def edit_sealed(scene: Hosted) -> None:
    card = scene.path("1.0.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"0.8425", b"0.9425"))
    scene.commit("Fix a typo")


def add_evidence(scene: Hosted) -> None:
    scene.path("1.0.0", "evidence/more.json").write_text("{}\n")
    scene.commit()


def remove_statement(scene: Hosted) -> None:
    for path in scene.path("1.0.0", "statements").glob("signoff.approve.ines.*"):
        path.unlink()
    scene.commit()


def edit_statement(scene: Hosted) -> None:
    path = scene.statement("1.0.0", "signoff.approve", "ines")
    path.write_bytes(path.read_bytes().replace(b"model-risk", b"model-rank"))
    scene.commit()


def stranger_approves(scene: Hosted) -> None:
    forge.put_statement(scene, "1.1.0", forge.approval(scene, "1.1.0", person="noor"), "eve")


def wrong_role(scene: Hosted) -> None:
    forge.put_statement(
        scene, "1.1.0", forge.approval(scene, "1.1.0", person="tomas", role="model-risk"), "tomas"
    )


def other_namespace(scene: Hosted) -> None:
    data = forge.approval(scene, "1.1.0", person="noor")
    forge.put_statement(scene, "1.1.0", data, "noor", namespace="git")


def author_approves(scene: Hosted) -> None:
    forge.put_statement(
        scene, "1.1.0", forge.approval(scene, "1.1.0", person="mara", role="engineer"), "mara"
    )


def approval_copied(scene: Hosted) -> None:
    for path in scene.path("1.0.0", "statements").glob("signoff.approve.tomas.*"):
        shutil.copy(path, scene.path("1.1.0", "statements") / path.name)
    scene.commit()


def record_id_stolen(scene: Hosted) -> None:
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")
    scene.commit()
    forge.put_proposal(scene, "1.2.0", "mara", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a01")


def foreign_anchor(scene: Hosted) -> None:
    data = forge.approval(scene, "1.1.0", person="noor")
    data["predicate"]["after"]["root"] = "A" * 43 + "="
    forge.put_statement(scene, "1.1.0", data, "noor")


def unlisted(scene: Hosted) -> None:
    scene.path("1.1.0", "notes.txt").write_text("Größe\n")
    scene.commit()


def proposed_bytes(scene: Hosted) -> None:
    path = scene.path("1.1.0", "card.yaml")
    path.write_bytes(path.read_bytes() + b"# x\n")
    scene.commit()


def evidence_wrong(scene: Hosted) -> None:
    record = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a04"
    scene.write_version("1.2.0", record=record)
    card = scene.path("1.2.0", "card.yaml")
    card.write_bytes(card.read_bytes().replace(b"0.8425", b"0.9425"))
    forge.put_proposal(scene, "1.2.0", "mara", record=record)


def a_link(scene: Hosted) -> None:
    scene.path("1.3.0").mkdir()
    scene.path("1.3.0", "card.yaml").symlink_to("../1.0.0/card.yaml")
    scene.commit()


def case_twin(scene: Hosted) -> None:
    scene.path("2.0.0", "evidence").mkdir(parents=True)
    for name in ("Größe.json", "GRÖSSE.json".replace("SS", "ß")):
        scene.path("2.0.0", f"evidence/{name}").write_text("{}\n")
    scene.commit()


def attributes(scene: Hosted) -> None:
    (scene.root / ".gitattributes").write_text("* text=auto\n")
    scene.commit()


def policy_loosened(scene: Hosted) -> None:
    path = scene.root / "policy/0001.yaml"
    path.write_text(path.read_text().replace("min: 2", "min: 1"))
    scene.commit()


def policy_with_a_record(scene: Hosted) -> None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 40"), commit=False)
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a05")
    scene.commit()


def policy_without_statement(scene: Hosted) -> None:
    scene.next_policy(("max_age_days: 30", "max_age_days: 40"), commit=False)
    for path in (scene.root / "statements").glob("policy.update.*"):
        path.unlink()
    scene.commit()


def branch_redirected(scene: Hosted) -> None:
    path = scene.root / "cognify.yaml"
    path.write_text(path.read_text().replace("branch: main", "branch: other"))
    scene.commit()


def settings_gone(scene: Hosted) -> None:
    (scene.root / "cognify.yaml").unlink()
    scene.commit()


def name_twice(scene: Hosted) -> None:
    forge.commit_tree(scene, b"models", scene.git("rev-parse", "HEAD").encode())


def foxtrot(scene: Hosted) -> None:
    tree, tip = scene.git("rev-parse", "HEAD^{tree}"), scene.git("rev-parse", "HEAD")
    root = scene.git("rev-list", "--max-parents=0", "HEAD")
    made = scene.git("commit-tree", tree, "-p", root, "-p", tip, "-m", "merge")
    scene.git("reset", "--quiet", "--hard", made)


def record_id_shared(scene: Hosted) -> None:
    record = "urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a06"
    for version in ("1.2.0", "1.3.0"):
        scene.write_version(version, record=record)
        forge.put_proposal(scene, version, "mara", record=record)


def second_signature(scene: Hosted) -> None:
    path = scene.statement("1.0.0", "signoff.approve", "ines")
    path.with_name(path.name + ".sigstore.json").write_text("{}")
    scene.commit()


def approved_after_sealing(scene: Hosted) -> None:
    data = forge.approval(scene, "1.0.0", person="noor")
    forge.put_statement(scene, "1.0.0", data, "noor")


def approval_without_proposal(scene: Hosted) -> None:
    data = forge.approval(scene, "1.1.0", person="noor", parents=["0" * 64])
    forge.put_statement(scene, "1.1.0", data, "noor")


def draft_with_a_link_in_datasets(scene: Hosted) -> None:
    (scene.root / "datasets/größe").mkdir(parents=True)
    (scene.root / "datasets/größe/x.json").symlink_to("../../cognify.yaml")
    scene.commit()


ON_MAIN: dict[Callable[[Hosted], None], set[str]] = {
    edit_sealed: {"sealed-bytes-changed"},
    add_evidence: {"unlisted-file"},
    remove_statement: {"leaf-file-missing"},
    edit_statement: {"leaf-file-missing"},
    stranger_approves: {"identity-not-a-person"},
    wrong_role: {"role-not-held-at-seq"},
    other_namespace: {"namespace"},
    author_approves: {"role-not-asked"},
    approval_copied: {"subject-mismatch"},
    record_id_stolen: {"record-mismatch"},
    foreign_anchor: {"anchor-mismatch"},
    unlisted: {"unlisted-file"},
    proposed_bytes: {"subject-digest-mismatch"},
    evidence_wrong: {"field-provenance"},
    a_link: {"mode-forbidden"},
    case_twin: {"path-not-normal"},
    attributes: {"attr-forbidden"},
    policy_loosened: {"sealed-bytes-changed"},
    policy_with_a_record: {"policy-pr-not-isolated"},
    policy_without_statement: {"policy-update-missing"},
    branch_redirected: {"branch-changed"},
    settings_gone: {"branch-missing"},
    name_twice: {"fsck"},
    foxtrot: {"first-parent-break"},
    record_id_shared: {"record-mismatch"},
    second_signature: {"two-signatures"},
    approved_after_sealing: {"already-sealed"},
    approval_without_proposal: {"parent-after-child"},
    draft_with_a_link_in_datasets: {"mode-forbidden"},
}


@pytest.mark.parametrize("crime", ON_MAIN, ids=lambda c: c.__name__)
def test_a_crime_on_the_protected_branch_is_refused(hosted: Hosted, crime: Callable[[Hosted], None]) -> None:
    """By the id that verify names it by, shown to the pusher; even after an honest commit."""
    (hosted.root / "README.md").write_text("Größe\n")
    hosted.commit("honest")
    crime(hosted)
    assert ON_MAIN[crime] <= hosted.refused("origin", "main")


@pytest.mark.parametrize("crime", ON_MAIN, ids=lambda c: c.__name__)
def test_no_crime_passes_for_an_everyday_push(hosted: Hosted, crime: Callable[[Hosted], None]) -> None:
    """What is judged in part is never a crime, and verify says of it what the hook said."""
    crime(hosted)
    repository = Repository(hosted.root)
    old, new, log = (repository.resolve(f"refs/{r}") for r in ("remotes/origin/main", "heads/main", LOG))
    assert old and new and log
    assert not plain(repository, old, new, log)
    judged = offered(hosted, old, new)
    assert ON_MAIN[crime] <= {f.id for f in judged.refusals} and judged.exit_code in (3, 4)


def offered(scene: Hosted, old: str, new: str) -> Judged:
    """What the hook would say here of a push that moves main from *old* to *new*."""
    scene.git("update-ref", "refs/heads/main", old)
    update = Update("refs/heads/main", old, new)
    return receive(Repository(scene.root), (update,), at=datetime.now(UTC))


LOG = f"heads/{forge.LOG}"


def everyday(scene: Hosted) -> list[str]:
    """Commits of an honest week, one for each kind of everyday push."""
    made = []
    scene.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    made.append(scene.commit("draft"))
    scene.propose("1.2.0")
    made.append(scene.git("rev-parse", "HEAD"))
    for person, role in (("ines", "model-risk"), ("tomas", "compliance")):
        scene.approve("1.2.0", person, "--role", role, "--condition", "höchstens 30 Tage")
        made.append(scene.git("rev-parse", "HEAD"))
    scene.must("state", "acknowledge", MODEL, "1.2.0", "--key", str(scene.key("mara")), "--yes")
    made.append(scene.commit("acknowledge"))
    scene.must("reject", MODEL, "1.1.0", "--key", str(scene.key("tomas")), "--comment", "Größe?", "--yes")
    made.append(scene.commit("reject"))
    scene.must("withdraw", MODEL, "1.1.0", "--key", str(scene.key("tomas")), "--yes")
    made.append(scene.commit("withdraw"))
    (scene.root / "README.md").write_text("Größe\n")
    (scene.root / "datasets/größe").mkdir(parents=True)
    (scene.root / "datasets/größe/x.json").write_text("{}\n")
    made.append(scene.commit("a page and a data set"))
    return made


def test_an_honest_week_is_everyday(hosted: Hosted) -> None:
    """Each push of it is accepted without the whole verification, which would accept it, too."""
    repository = Repository(hosted.root)
    old, log = repository.resolve("refs/heads/main"), repository.resolve(f"refs/{LOG}")
    for new in everyday(hosted):
        repository = Repository(hosted.root)
        assert old and log and plain(repository, old, new, log)
        old = new
    assert hosted.verify().code == 0


def test_a_draft_is_changed_and_dropped(hosted: Hosted) -> None:
    """Until it is proposed, a version is anybody's to edit and to remove."""
    hosted.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    tips = [hosted.commit("draft")]
    hosted.path("1.2.0", "evidence/results.json").write_text("{}\n")
    tips.append(hosted.commit("changed"))
    shutil.rmtree(hosted.path("1.2.0"))
    tips.append(hosted.commit("dropped"))
    repository = Repository(hosted.root)
    log = repository.resolve(f"refs/{LOG}")
    assert log and plain(repository, tips[0], tips[1], log) and plain(repository, tips[1], tips[2], log)


def test_after_a_policy_change_it_is_everyday_again(hosted: Hosted) -> None:
    """The policy's history is followed to the version in force."""
    hosted.git("remote", "remove", "origin")
    hosted.next_policy(("max_age_days: 30", "max_age_days: 40"))
    hosted.seal()
    old = hosted.git("rev-parse", "HEAD")
    hosted.write_version("1.2.0", record="urn:uuid:6f0c2a54-8f4e-4a39-9a39-0d1f6f1f0a03")
    hosted.propose("1.2.0")
    hosted.approve("1.2.0", "tomas")
    repository = Repository(hosted.root)
    log = repository.resolve(f"refs/{LOG}")
    assert log and plain(repository, old, hosted.git("rev-parse", "HEAD"), log)
    assert hosted.verify().code == 0


def test_a_key_that_ended_is_remembered(hosted: Hosted) -> None:
    """A retired key signs nothing more: not plain, and refused by its id."""
    hosted.git("remote", "remove", "origin")
    hosted.must("key", "retire", hosted.mark("noor"), "--key", str(hosted.key("noor")), "--yes")
    hosted.commit("retire")
    hosted.seal()
    old = hosted.git("rev-parse", "HEAD")
    forge.put_statement(hosted, "1.1.0", forge.approval(hosted, "1.1.0", person="noor"), "noor")
    judged = offered(hosted, old, hosted.git("rev-parse", "HEAD"))
    assert {f.id for f in judged.refusals} == {"key-not-valid-at"} and judged.whole


def test_main_only_grows(hosted: Hosted) -> None:
    """Neither rewound, nor rewritten, nor deleted."""
    hosted.git("reset", "--quiet", "--hard", "main~1")
    assert "not-fast-forward" in hosted.refused("--force", "origin", "main")
    hosted.git("commit", "--quiet", "--amend", "-m", "größer")
    assert "not-fast-forward" in hosted.refused("--force", "origin", "main")
    assert (
        hosted.refused("origin", ":main") == {"branch-deleted"}
        or "deletion" in hosted.push("origin", ":main").err
    )


def log_truncated(scene: Hosted) -> None:
    forge.rewrite_log(scene, forge.leaves(scene)[:-1])


def log_edited(scene: Hosted) -> None:
    raw = forge.log_file(scene)
    forge.put_log(scene, {"log/leaves": raw.replace(b"signoff.approve", b"signoff.reject", 1)})


def log_rebuilt(scene: Hosted) -> None:
    entries = forge.leaves(scene)
    entries[2], entries[3] = entries[3], entries[2]
    forge.rewrite_log(scene, entries)


def checkpoint_by_another(scene: Hosted) -> None:
    forge.put_log(scene, {"log/checkpoint": forge.note(scene, forge.log_file(scene), seed=b"\7" * 32)})


def checkpoint_removed(scene: Hosted) -> None:
    kept = [
        p for p in scene.git("ls-tree", "-r", "--name-only", forge.LOG).splitlines() if "/checkpoints/" in p
    ]
    forge.put_log(scene, {}, drop=kept[:1])


def foreign_file(scene: Hosted) -> None:
    forge.put_log(scene, {"log/notes.txt": b"anders\n"})


def seals_unapproved(scene: Hosted) -> None:
    forge.log_automation(scene, forge.jcs(forge.last_seal(scene) | {"größe": 1}))


def leaf_without_file(scene: Hosted) -> None:
    """Chained well, and not signed: nobody could take it back, and no seal could go on."""
    leaf = forge.leaf_of("signoff.approve", "inventory", b"anders")
    forge.put_log(scene, {"log/leaves": forge.chained([*forge.leaves(scene), leaf])})


def log_set_back(scene: Hosted) -> None:
    old = scene.git("rev-list", forge.LOG).splitlines()[-2]
    tree = scene.git("rev-parse", f"{old}^{{tree}}")
    made = scene.git("commit-tree", tree, "-p", forge.LOG, "-m", "log")
    scene.git("update-ref", f"refs/heads/{forge.LOG}", made)


ON_LOG: dict[Callable[[Hosted], None], set[str]] = {
    log_truncated: {"rollback"},
    log_edited: {"consistency-failed", "chain-broken"},
    log_rebuilt: {"consistency-failed", "rollback"},
    checkpoint_by_another: {"note-unsigned", "rollback"},
    checkpoint_removed: {"rollback"},
    foreign_file: {"unlisted-file"},
    seals_unapproved: {"statement-schema"},
    leaf_without_file: {"leaf-file-missing"},
    log_set_back: {"rollback"},
}


@pytest.mark.parametrize("crime", ON_LOG, ids=lambda c: c.__name__)
def test_a_crime_on_the_log_is_refused(hosted: Hosted, crime: Callable[[Hosted], None]) -> None:
    """Although it is a fast-forward, and the log's own key signed it."""
    crime(hosted)
    assert ON_LOG[crime] <= hosted.refused("origin", "cognify-log")


def test_the_log_only_grows(hosted: Hosted) -> None:
    """An orphan, a rewound and a deleted log branch are refused, whoever signed."""
    hosted.git("update-ref", f"refs/heads/{forge.LOG}", f"{forge.LOG}~1")
    assert "not-fast-forward" in hosted.refused("--force", "origin", "cognify-log")
    forge.put_log(hosted, {"log/leaves": b""}, orphan=True)
    assert "not-fast-forward" in hosted.refused("--force", "origin", "cognify-log")
    assert hosted.refused("origin", ":cognify-log") == {"branch-deleted"}


def test_one_bad_ref_refuses_all(hosted: Hosted) -> None:
    """A push of several refs is taken whole or not at all."""
    hosted.git("branch", "fine")
    forge.put_log(hosted, {"log/notes.txt": b"anders\n"})
    (hosted.root / "README.md").write_text("Größe\n")
    hosted.commit("honest")
    assert hosted.refused("origin", "main", "cognify-log", "fine") == {"unlisted-file"}


def test_replace_refs_and_shadows_are_refused(hosted: Hosted) -> None:
    """They would make another reader see other bytes, or verify look at another branch."""
    blob = hosted.git("hash-object", "-w", "--stdin", stdin=b"anders\n")
    assert hosted.refused("origin", f"{blob}:refs/replace/{blob}") == {"replace-ref"}
    assert hosted.refused("origin", "main:refs/remotes/origin/main") == {"ref-forbidden"}


def test_an_alias_of_the_protected_branch_is_the_branch(hosted: Hosted) -> None:
    """A symbolic ref on the host moves what it stands for, so it is judged as that."""
    hosted.git("symbolic-ref", "refs/heads/trunk", "refs/heads/main", cwd=hosted.origin)
    edit_sealed(hosted)
    assert hosted.refused("origin", "main:trunk") == EDITED


def test_the_pointer_keeps_pointing(hosted: Hosted) -> None:
    """Where HEAD is another branch than the protected one, it cannot lead clones elsewhere."""
    hosted.git("symbolic-ref", "HEAD", "refs/heads/master", cwd=hosted.origin)
    edit_sealed(hosted)
    assert hosted.refused("origin", "main") == EDITED
    branch_redirected(hosted)
    assert hosted.refused("origin", "main:master") == {"branch-changed"}


def test_a_first_push_is_judged_as_a_whole(sealed_scene: Scene, tmp_path: Path) -> None:
    """An empty host takes a whole inventory, never a tampered one, and no half of one."""
    sealed_scene.copy(tmp_path / "home")
    scene = Hosted(tmp_path / "home")
    scene.host()
    assert scene.refused("origin", "main") == {"log-missing"}
    assert scene.refused("origin", "cognify-log") == {"branch-missing"}
    edit_sealed(scene)
    assert scene.refused("--atomic", "origin", "main", "cognify-log") == EDITED
    scene.git("reset", "--quiet", "--hard", "main~1")
    scene.accepted("--atomic", "origin", "main", "cognify-log")


def test_a_host_whose_head_is_another_name(sealed_scene: Scene, tmp_path: Path) -> None:
    """`master` by default on the host, `main` in cognify.yaml: the first push is judged all the same."""
    sealed_scene.copy(tmp_path / "home")
    scene = Hosted(tmp_path / "home")
    scene.host()
    scene.git("symbolic-ref", "HEAD", "refs/heads/master", cwd=scene.origin)
    edit_sealed(scene)
    assert scene.refused("--atomic", "origin", "main", "cognify-log") == EDITED


def test_an_empty_host_takes_what_is_no_inventory(tmp_path: Path, sealed_scene: Scene) -> None:
    """A repository without cognify.yaml is none of ours."""
    sealed_scene.copy(tmp_path / "home")
    scene = Hosted(tmp_path / "home")
    scene.host()
    scene.git("switch", "--quiet", "--orphan", "größe")
    (scene.root / "x").write_text("x")
    scene.commit()
    scene.accepted("origin", "größe")
    scene.accepted("origin", "größe:main")


def test_it_reads_what_is_in_quarantine(hosted: Hosted) -> None:
    """A refused object never reaches the host's object database; the hook did read it."""
    edit_sealed(hosted)
    blob = hosted.git("rev-parse", f"HEAD:models/{MODEL}/1.0.0/card.yaml")
    assert hosted.refused("origin", "main") == EDITED
    gone = subprocess.run(
        ["git", "cat-file", "-e", blob], cwd=hosted.origin, check=False, capture_output=True
    )
    assert gone.returncode != 0


def test_without_the_quarantine_it_refuses(hosted: Hosted, tmp_path: Path) -> None:
    """Objects that cannot be read are never waved through; nor is a line that git would not write."""
    edit_sealed(hosted)
    tip, base = hosted.git("rev-parse", "main"), hosted.git("rev-parse", "main~1")
    done = hook(hosted, f"{base} {tip} refs/heads/main\n")
    assert (done.code, done.ids) == (4, {"object-missing"})
    assert hook(hosted, "größe\n").ids == {"usage"}


def hook(scene: Hosted, stdin: str, **env: str) -> Done:
    done = subprocess.run(
        [str(scene.origin / "hooks/pre-receive")], cwd=scene.origin, input=stdin.encode(), check=False,
        env={**scene.environment, **env}, capture_output=True,
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_hostile_environment_changes_nothing(hosted: Hosted, tmp_path: Path) -> None:
    """The hook judges the repository it runs in, with its own clock, whatever its caller says."""
    empty = tmp_path / "empty.git"
    hosted.git("init", "--quiet", "--bare", str(empty), cwd=tmp_path)
    edit_sealed(hosted)
    tip, base = hosted.git("rev-parse", "main"), hosted.git("rev-parse", "main~1")
    objects = str(hosted.root / ".git/objects")
    done = hook(
        hosted, f"{base} {tip} refs/heads/main\n", GIT_DIR=str(empty), GIT_WORK_TREE=str(tmp_path),
        GIT_QUARANTINE_PATH=objects, GIT_OBJECT_DIRECTORY=str(empty / "objects"), GIT_COMMON_DIR=str(empty),
        GIT_ALTERNATE_OBJECT_DIRECTORIES=str(empty / "objects"), GIT_NAMESPACE="größe",
        GIT_REPLACE_REF_BASE="refs/heads/", GIT_GRAFT_FILE="/dev/null", SOURCE_DATE_EPOCH="0",
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="core.bare", GIT_CONFIG_VALUE_0="false",
    )  # fmt: skip
    assert (done.code, done.ids) == (3, EDITED)


def test_the_clock_is_the_hosts(hosted: Hosted) -> None:
    """`SOURCE_DATE_EPOCH` of whoever pushes does not make an approval young again."""
    (hosted.root / "README.md").write_text("Größe\n")
    hosted.commit("honest")
    hosted.accepted("origin", "main")
    assert json.loads(hosted.verify().out)["verdict"] == "pass"


def test_a_host_without_cognify_refuses(hosted: Hosted) -> None:
    """Nothing passes unjudged because somebody forgot to install it."""
    (hosted.root / "README.md").write_text("Größe\n")
    hosted.commit("honest")
    done = hosted.push("origin", "main", PATH="/usr/bin:/bin")
    assert done.code != 0 and "cognify is not installed" in done.err


def test_timestamped_logs_and_heartbeats_pass(tmp_path: Path) -> None:
    """Tokens are kept files of the log; an authority that is down refuses no push."""
    scene = Hosted(attested.copied(tmp_path).home)
    scene.host()
    scene.accepted("--atomic", "origin", "main", "cognify-log")
    before = scene.git("rev-parse", "cognify-log", cwd=scene.origin)
    scene.cognify("seal", "--heartbeat")
    assert scene.git("rev-parse", "cognify-log", cwd=scene.origin) != before
    token = next(p for p in scene.git("ls-tree", "-r", "--name-only", forge.LOG).splitlines() if ".tsr" in p)
    forge.put_log(scene, {}, drop=[token])
    assert "rollback" in scene.refused("origin", "cognify-log")


def test_a_draft_after_a_heartbeat_is_everyday(hosted: Hosted) -> None:
    """The log may end with a heartbeat."""
    hosted.must("seal", "--heartbeat")
    old = hosted.git("rev-parse", "HEAD")
    hosted.approve("1.1.0", "tomas")
    repository = Repository(hosted.root)
    log = repository.resolve(f"refs/{LOG}")
    assert log and plain(repository, old, hosted.git("rev-parse", "HEAD"), log)
