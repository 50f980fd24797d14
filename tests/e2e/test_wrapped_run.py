"""`cognify run` as it ships: the command is left alone, and everything about it is written down."""

from __future__ import annotations

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Installed
from tests.scenario import Scene

PYTHON = sys.executable
TOKEN = "hf_" + "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwX"


class Place:
    """A folder with code, data and an inventory to capture into, and the installed command."""

    def __init__(self, home: Path, binary: Path, sealed: Scene) -> None:
        self.inventory = sealed.copy(home / "home")
        self.installed = Installed(home / "home", binary)
        self.code = home / "größe"
        (self.code / "data").mkdir(parents=True)
        (self.code / "data/train.jsonl").write_text('{"x": 1}\n{"x": 2}\n')
        (self.code / "data/test.jsonl").write_text('{"x": 3}\n')
        (self.code / "notes.txt").write_text("a note\n")
        self.environment = {
            **self.installed.environment, "COGNIFY_INVENTORY": str(self.inventory.root), "PATH": os.environ["PATH"],
        }  # fmt: skip
        self.told = home / "told.json"
        self.version = "3.0.0"

    def words(self, *command: str, options: tuple[str, ...] = ()) -> list[str]:
        head = [
            str(self.installed.binary),
            "run",
            "memo",
            self.version,
            "--tier",
            "low",
            "--report",
            str(self.told),
        ]
        return [*head, *options, "--", *command]

    def run(
        self, *command: str, options: tuple[str, ...] = (), **more: Any
    ) -> subprocess.CompletedProcess[bytes]:
        more = {"stdin": subprocess.DEVNULL, "env": self.environment, **more}
        return subprocess.run(
            self.words(*command, options=options), cwd=self.code, capture_output=True, check=False, **more
        )

    def start(self, *command: str, options: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.words(*command, options=options), cwd=self.code, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    @property
    def report(self) -> dict[str, Any]:
        return dict(json.loads(self.told.read_text()))

    @property
    def record(self) -> dict[str, Any]:
        return dict(json.loads(Path(self.report["run"], "cognify-run.json").read_text()))

    @property
    def card(self) -> dict[str, Any]:
        from cognify import strictyaml

        path = self.inventory.root / f"models/memo/{self.version}/card.yaml"
        return dict(strictyaml.load(path.read_bytes(), where="card"))


@pytest.fixture
def place(tmp_path: Path, installed: Path, sealed_scene: Scene) -> Place:
    return Place(tmp_path, installed, sealed_scene)


def python(source: str) -> tuple[str, ...]:
    return (PYTHON, "-c", source)


def _until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_run_is_recorded_and_captured(place: Place) -> None:
    """Exit 0, output untouched, and a card that cites who ran what on which bytes; it replays."""
    source = "import os; os.makedirs('out'); open('out/a.txt','w').write('ö'); open('data/train.jsonl').read(); print('hello')"
    done = place.run(
        *python(source), options=("--inputs", "data/train.jsonl", "data/test.jsonl", "--outputs", "out")
    )
    assert (done.returncode, done.stdout) == (0, b"hello\n"), done.stderr.decode()
    assert place.report == {
        "run": place.report["run"],
        "exit_code": 0,
        "signal": None,
        "captured": True,
        "signed": False,
        "error": None,
    }
    record, training = place.record, place.card["training"]
    assert training["run_id"] == record["run_id"]
    assert training["x-exit_code"] == 0
    assert training["started_at"] <= training["ended_at"]
    assert training["framework"]["python"] == sys.version.split()[0]
    assert training["hardware"]["cores"] == os.cpu_count()
    assert [i["path"] for i in record["inputs"]] == ["data/train.jsonl", "data/test.jsonl"]
    assert record["outputs"][0]["created"] == ["a.txt"]
    assert record["opened"]["inputs_never_opened"] == ["data/test.jsonl"]
    assert [d["role"] for d in place.card["data"]["datasets"]] == ["train", "test"]
    checked = place.installed.cognify("fill", "--check", "models/memo", cwd=place.inventory.root)
    assert checked.code == 0, checked.err
    lock = json.loads((place.inventory.root / "models/memo/3.0.0/evidence.lock.json").read_text())
    assert lock["values"]["/training/run_id"]["class"] == "measured"
    # Nothing of it shows up in the code's own Git.
    subprocess.run(["git", "init", "-q"], cwd=place.code, check=True)
    status = subprocess.check_output(["git", "status", "--porcelain", "-uall"], cwd=place.code, text=True)
    assert ".cognify" not in status


@pytest.mark.parametrize("code", [1, 3, 255])
def test_a_run_that_fails(place: Place, code: int) -> None:
    """Its exit code is kept, its record says so, and so does the capture."""
    done = place.run(*python(f"raise SystemExit({code})"))
    assert done.returncode == code
    assert b"THE RUN DID NOT SUCCEED" in done.stderr
    assert place.report["captured"] is True
    assert place.card["training"]["x-exit_code"] == code
    assert place.record["outcome"] == f"failed with exit code {code}"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGINT])
def test_a_command_that_a_signal_kills(place: Place, number: signal.Signals) -> None:
    """We die of the same, after the record is whole and captured."""
    done = place.run(
        *python(
            f"import os, signal; signal.signal({int(number)}, signal.SIG_DFL) if {int(number)} != 9 else 0; os.kill(os.getpid(), {int(number)})"
        )
    )
    assert done.returncode == -number
    assert place.record["signal"] == number.name
    assert place.report == {**place.report, "exit_code": None, "signal": number.name, "captured": True}


def test_sigterm_is_handed_on(place: Place) -> None:
    """What is sent to us alone reaches the command, which ends as it likes."""
    source = "import signal, sys, time; signal.signal(15, lambda *a: sys.exit(7)); open('ready', 'w'); time.sleep(60)"
    running = place.start(*python(source))
    _until((place.code / "ready").exists)
    os.kill(running.pid, signal.SIGTERM)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 7, err.decode()
    assert place.record["exit_code"] == 7


def test_an_interrupt_is_the_commands_alone(place: Place) -> None:
    """The terminal tells everybody; the command saves what it has, and we write that down."""
    source = (
        "import sys, time\n"
        "try:\n open('ready', 'w'); time.sleep(60)\n"
        "except KeyboardInterrupt:\n open('saved', 'w'); sys.exit(5)\n"
    )
    running = place.start(*python(source))
    _until((place.code / "ready").exists)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 5, err.decode()
    assert (place.code / "saved").exists()
    assert place.report["captured"] is True


def test_a_command_that_is_not_there(place: Place) -> None:
    """127 where there is none, 126 where it cannot be run, as shells have it; nothing is captured."""
    done = place.run("no-such-command-größe")
    assert done.returncode == 127
    assert b"command not found" in done.stderr
    assert place.record["outcome"].startswith("not started")
    (place.code / "plain").write_text("text")
    assert place.run("./plain").returncode == 126
    (place.code / "script").write_text("exit 9\n")
    (place.code / "script").chmod(0o755)
    assert place.run("./script").returncode == 9


def test_descriptors_and_environment_are_left_alone(place: Place) -> None:
    """A closed stdin stays closed, an open file stays open, and one variable is added."""
    source = (
        "import json, os\n"
        "def there(fd):\n"
        " try: os.fstat(fd); return True\n"
        " except OSError: return False\n"
        "print(json.dumps([there(0), os.read(7, 9).decode(), dict(os.environ), os.getcwd()]))\n"
    )
    given = {
        k: v for k, v in place.environment.items() if not k.startswith(("COV", "LC_", "LANG"))
    } | {"GIT_DIR": "/nowhere", "A": "ö=ö"}  # fmt: skip
    script = f"exec {shlex.join(place.words(*python(source)))} <&- 7<notes.txt"
    bare = f"exec {shlex.join(python(source))} <&- 7<notes.txt"
    ours, theirs = (
        subprocess.run(
            ["/bin/sh", "-c", s], cwd=place.code, env=given, capture_output=True, check=True
        ).stdout
        for s in (script, bare)
    )
    ours, theirs = json.loads(ours), json.loads(theirs)
    assert ours[2].pop("COGNIFY_RUN_ID") == place.record["run_id"]
    assert ours == theirs
    assert ours[:2] == [False, "a note\n"]


def test_the_terminal_is_the_commands(place: Place) -> None:
    """On a terminal the command has it, in the foreground, and Ctrl-C typed there reaches it."""
    source = (
        "import os, sys, time\n"
        "print([os.isatty(n) for n in (0, 1, 2)], os.tcgetpgrp(0) == os.getpgrp(), flush=True)\n"
        "print('read', input(), flush=True)\n"
        "try: time.sleep(60)\n"
        "except KeyboardInterrupt: sys.exit(6)\n"
    )
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(place.code)
        os.execve(place.words()[0], place.words(*python(source)), place.environment)
    said = b""
    answered = interrupted = False
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            chunk = os.read(master, 4096)
        except OSError:
            break
        if not chunk:
            break
        said += chunk
        if b"] True" in said and not answered:
            os.write(master, b"typed\n")
            answered = True
        if b"read typed" in said and not interrupted:
            time.sleep(0.3)
            os.write(master, b"\x03")
            interrupted = True
    _, status = os.waitpid(pid, 0)
    os.close(master)
    assert b"[True, True, True] True" in said, said
    assert os.waitstatus_to_exitcode(status) == 6, said
    assert place.report["captured"] is True


def test_inputs_that_change(place: Place) -> None:
    """Changed, created and removed files of an input are told by name; the twin changes none."""
    done = place.run(
        *python("import os; open('data/train.jsonl','a').write('{}\\n'); open('data/new.jsonl','w').write('{}'); os.remove('data/test.jsonl')"),
        options=("--inputs", "data"),
    )  # fmt: skip
    (entry,) = place.record["inputs"]
    assert (entry["changed"], entry["created"], entry["removed"]) == (
        ["train.jsonl"],
        ["new.jsonl"],
        ["test.jsonl"],
    )
    assert entry["before"]["sha256"] != entry["after"]["sha256"]
    assert b"the input data changed during the run: changed train.jsonl" in done.stderr
    place.version = "3.0.1"
    twin = place.run(*python("open('data/train.jsonl').read()"), options=("--inputs", "data"))
    assert b"changed during the run" not in twin.stderr


def test_a_file_that_was_opened_and_not_declared(place: Place) -> None:
    """It is named, whoever opened it by whatever path; what was declared or is of the commit is not."""
    if sys.platform != "linux":
        pytest.skip("needs inotify, which only Linux has")
    git = ["git", "-c", "user.name=z", "-c", "user.email=z@example.org"]
    (place.code / "train.py").write_text(
        "import os; open('data/train.jsonl').read(); os.system('cat ./notes.txt > /dev/null')\n"
    )
    for words in (["init", "-q"], ["add", "train.py"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], cwd=place.code, check=True)
    done = place.run(PYTHON, "train.py", options=("--inputs", "data/train.jsonl"))
    opened = place.record["opened"]
    assert opened["undeclared"] == ["notes.txt"]
    assert opened["of_the_commit"] == 1
    assert opened["can_miss"]
    assert b"opened and not declared: notes.txt" in done.stderr
    assert place.card["training"]["code_dirty"] is False
    twin = place.run(PYTHON, "train.py", options=("--inputs", "data/train.jsonl", "notes.txt"))
    assert b"not declared" not in twin.stderr


@pytest.mark.parametrize("words", [
    ("--hub_token", TOKEN), (f"--hub-token={TOKEN}",), (TOKEN,), (f"curl -H 'Authorization: Bearer {TOKEN}'",),
    ("--password", "Tr0ub4dor-und-3"), ("DB_PASSWORD=Tr0ub4dor-und-3",), ("--mail", "zoe.gross@clinic.example"),
])  # fmt: skip
def test_secrets_in_the_command_are_never_written(place: Place, words: tuple[str, ...]) -> None:
    """The command gets them; neither record, inventory, report nor messages do."""
    source = "import sys; open('got', 'w').write(' '.join(sys.argv[1:]))"
    done = place.run(*python(source), *words)
    assert done.returncode == 0
    secret = next(s for s in (TOKEN, "Tr0ub4dor-und-3", "zoe.gross@clinic.example") if s in " ".join(words))
    got = place.code / "got"
    assert secret in got.read_text()
    got.unlink()
    everywhere = [p for root in (place.code, place.inventory.root) for p in root.rglob("*") if p.is_file()]
    assert not [p for p in [*everywhere, place.told] if secret.encode() in p.read_bytes()]
    assert secret.encode() not in done.stdout + done.stderr
    assert place.record["command"]["withheld"] >= 1
    assert place.report["captured"] is True


def test_a_capture_that_fails_changes_no_exit_code(place: Place) -> None:
    """The command's 0 stays 0; stderr and the report say what kept it from being captured."""
    source = f"import os; os.makedirs('out'); open('out/environment.txt', 'w').write('token={TOKEN}')"
    done = place.run(*python(source), options=("--outputs", "out"))
    assert done.returncode == 0
    assert place.report == {**place.report, "exit_code": 0, "captured": False, "error": "secret-found"}
    assert b"nothing was captured (secret-found)" in done.stderr
    assert not (place.inventory.root / "models/memo/3.0.0").exists()
    assert place.record["exit_code"] == 0


def test_what_cannot_be_captured_is_not_run(place: Place) -> None:
    """Usage is judged before a day of training, not after it: exit 2, and nothing ran."""
    for options in (
        ("--inputs", "nowhere"), ("--outputs", "."), ("--run-folder", "data"), ("--inventory", str(place.code)),
        ("--report", "no/such/folder.json"),
    ):  # fmt: skip
        done = place.run(*python("open('ran', 'w')"), options=options)
        assert done.returncode == 2, options
        assert b"error[" in done.stderr
    place.version = "1.1.0"
    words = place.words(*python("open('ran', 'w')"))
    words[2] = "credit-memo"
    proposed = subprocess.run(words, cwd=place.code, env=place.environment, capture_output=True, check=False)
    assert proposed.returncode == 2
    assert b"already-proposed" in proposed.stderr
    assert not (place.code / "ran").exists()


def test_a_script_that_records_itself_within(place: Place) -> None:
    """One run, told twice: the wrapper's observations, and what the script alone knows, as declared."""
    (place.code / "train.py").write_text(
        "import cognify\n"
        "with cognify.record('out') as run:\n"
        "    run.params(lr=0.5, seed=7, hub_token='x')\n"
        "    run.dataset('data/train.jsonl', role='train')\n"
        "    run.metric('accuracy', 0.75, dataset='test', n=4)\n"
    )
    python = str(place.installed.binary.parent / "python")
    done = place.run(python, "train.py", options=("--outputs", "out", "--inputs", "data"))
    assert done.returncode == 0, done.stderr.decode()
    training = place.card["training"]
    assert training["run_id"] == place.record["run_id"]
    assert str(training["hyperparameters"]["lr"]) == "0.5"
    assert training["seeds"] == {"seed": 7}
    assert [(str(r["value"]), r["dataset"]) for r in place.card["evaluation"]["runs"]] == [("0.75", "test")]
    lock = json.loads((place.inventory.root / "models/memo/3.0.0/evidence.lock.json").read_text())
    assert lock["values"]["/training/hyperparameters/lr"]["class"] == "declared"
    assert lock["values"]["/training/started_at"]["class"] == "measured"
    assert b"the first is taken" not in done.stderr
