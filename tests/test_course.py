"""course.py, run as learners run it: real processes on a small tree of its own.

The tree has course.py itself and, in place of the course, a project of a few lines
whose packages are wheels in a folder. So pip and venv are real and need no network.
"""

import ast
import contextlib
import errno
import importlib.util
import inspect
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import psutil
import pytest

REPOSITORY = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and shell stubs")


# --- The small tree


def write_wheel(folder, name, version, files, metadata=()):
    stem = f"{name}-{version}"
    lines = ["Metadata-Version: 2.1", "Name: " + name, "Version: " + version]
    info = {
        "METADATA": "\n".join(lines + list(metadata)) + "\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files = dict(files)
    files.update((f"{stem}.dist-info/{key}", info[key]) for key in info)
    record = stem + ".dist-info/RECORD"
    files[record] = "".join(key + ",,\n" for key in [*files, record])
    wheel = stem + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, wheel), "w") as archive:
        for key in files:
            archive.writestr(key, files[key])
    return wheel


BACKEND = """
import errno, os, time, zipfile

{write_wheel}

def build_editable(folder, config_settings=None, metadata_directory=None):
    if os.path.exists("slow-build"):
        open("building", "w").close()
        time.sleep(60)
    if os.path.exists("full-disk"):
        raise OSError(errno.ENOSPC, "No space left on device")
    needs = ["Requires-Dist: torch>=2.6"]
    for extra, package in (
        ("grading", "jupyterlab"), ("site", "jupyter-book"), ("cluster", "distributed"), ("dev", "pytest")
    ):
        needs.append("Provides-Extra: " + extra)
        needs.append("Requires-Dist: %s; extra == '%s'" % (package, extra))
    return write_wheel(folder, "next_token", "0.1.0", {{}}, needs)
"""

PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "next-token"
version = "0.1.0"
"""

COURSE = """
[course]
title = "A small course"
default_model = "smollm2-135m"

[[notebook]]
folder = "01_first"
title = "The first"
minutes = 30

[notebook.points]
add = 2
subtract = 3

[notebook.bonus]
Adder = 4

[[notebook]]
folder = "02_second"
title = "The second, not released yet"
minutes = 40

[notebook.points]
divide = 5
"""

OBJECTIVES = """# 01 · The first

**After it you can**

- *add* and take away (`add`, `subtract`);
- *build* what adds (`Adder`), and *say* what it adds (`add`).

- a list of something else
"""

# Stands for `python -m utils prepare [--check] NAME`; the file `cache` is its cache.
PREPARE = """
import os, sys
name = sys.argv[-1]
if "--check" in sys.argv:
    sys.exit(not os.path.exists("cache"))
if os.path.exists("no-hub"):
    sys.exit("The model cannot be fetched: connect to the network and run this again.")
print("preparing", name)
open("cache", "w").write(name)
"""

# Stands for `python -m autograde.book FOLDER`.
BOOK = """
import os, sys
if os.path.exists("no-book"):
    sys.exit("Sphinx says what is wrong")
os.makedirs(sys.argv[1], exist_ok=True)
open(os.path.join(sys.argv[1], "index.html"), "w").write("<!doctype html>")
"""

PYTEST = """
import os, sys
print("pytest was given", sys.argv[1:])
sys.exit(5 if "--fail" in sys.argv else 0)
"""


def notebook(release: str | None, text: str = "") -> str:
    metadata = {"next_token": {"release": release}} if release else {}
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": text}
    content = {"metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({**content, "cells": [cell]})


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def stub(folder: Path, name: str, script: str = "exit 0") -> None:
    write(folder / name, f"#!/bin/sh\n{script}\n").chmod(0o755)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for name, version in (
        ("torch", "2.13.0"),
        ("jupyterlab", "4.6.6"),
        ("jupyter_book", "1.0.4"),
        ("distributed", "2026.8.0"),
    ):
        files = {f"{name}/__init__.py": f"__version__ = {version!r}"}
        write_wheel(folder, name, version, files)
    files = {"pytest/__init__.py": "", "pytest/__main__.py": PYTEST}
    write_wheel(folder, "pytest", "9.0.0", files)
    return folder


class Tree:
    """A clone of the small course, and how its user runs course.py in it."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        self.root = folder / "a clone"  # people have spaces in their paths
        self.bin = folder / "bin"
        backend = BACKEND.format(write_wheel=inspect.getsource(write_wheel))
        for path, text in {
            "pyproject.toml": PYPROJECT,
            "backend.py": backend,
            "course.toml": COURSE,
            "autograde/__init__.py": "",
            "autograde/book.py": BOOK,
            "utils/__init__.py": "",
            "utils/__main__.py": PREPARE,
            "course/01_first/01_first.ipynb": notebook("r1", OBJECTIVES),
            "course/01_first/data/words.csv": "word\n",
        }.items():
            write(self.root / path, text)
        shutil.copy(REPOSITORY / "course.py", self.root)
        for command in ("bwrap", "chromium", "postgres"):
            stub(self.bin, command)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
        self.env = kept | {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_USER": "1",  # a user's setting that would break any .venv
            "PIP_FIND_LINKS": wheels.as_uri(),
        }

    def popen(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "course.py", *arguments],
            cwd=self.root,
            env=self.env | env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, **env: str) -> SimpleNamespace:
        process = self.popen(*arguments, **env)
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in err
        return SimpleNamespace(code=process.returncode, out=out, err=err)

    def load(self) -> ModuleType:
        return load(self.root / "course.py")

    def state(self) -> dict:
        return json.loads((self.root / ".venv/next-token.json").read_text("utf-8"))

    def processes(self) -> list[str]:
        """What runs on this tree's files."""
        found = []
        for process in psutil.process_iter(["cmdline", "cwd"]):
            words = [process.info["cwd"] or "", *(process.info["cmdline"] or [])]
            if any(str(self.root) in word for word in words):
                found.append(" ".join(words))
        return found


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("course_under_test", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sentence(text: str) -> str:
    """The text, if it is one line that reads as a sentence."""
    [line] = text.splitlines()
    assert re.fullmatch(r"[A-Z].*[.]", line), line
    return line


def wait_for(condition, seconds: float = 60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.05)
    raise AssertionError(f"still not so after {seconds} s")


@pytest.fixture(autouse=True)
def same_signals():
    """What course.py does with signals where it runs in this process ends with the test."""
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    known = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in known.items():
        signal.signal(number, handler)


@pytest.fixture
def tree(tmp_path: Path, wheels: Path) -> Tree:
    return Tree(tmp_path, wheels)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Tree:
    """A tree where `setup` has run; tests leave it working."""
    tree = Tree(tmp_path_factory.mktemp("installed"), wheels)
    result = tree("setup")
    assert result.code == 0, result.out + result.err
    assert "Making .venv: there is none yet." in result.out
    assert "preparing smollm2-135m" in result.out
    return tree


# --- The right Python


def other_pythons() -> list[str]:
    """Interpreters on this machine that the course must refuse."""
    test = "import sys; print((3, 6) <= sys.version_info[:2] < (3, 11))"
    names = [f"python3.{minor}" for minor in (6, 7, 8, 9, 10)]
    candidates = [found for name in names if (found := shutil.which(name))]
    if pyenv := shutil.which("pyenv"):
        root = subprocess.check_output([pyenv, "root"], text=True).strip()
        versions = Path(root) / "versions"
        candidates += map(str, versions.glob("3.*/bin/python3"))
    return [
        python
        for python in sorted(candidates)
        # A pyenv shim of what is not active fails.
        if subprocess.run([python, "-c", test], capture_output=True, check=False).stdout
        == b"True\n"
    ]


def test_it_parses_on_python_3_6() -> None:
    ast.parse((REPOSITORY / "course.py").read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("python", other_pythons())
def test_an_older_python_is_told_which_command_to_run(tree: Tree, python: str) -> None:
    stub(tree.bin, "python3.12")
    result = subprocess.run(
        [python, "course.py", "start", "--port", "9000"],
        cwd=tree.root,
        env=tree.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert "run `python3.12 course.py start --port 9000` instead" in result.stderr
    sentence(result.stderr)
    assert sorted(tree.root.glob(".*")) == []


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 14, 0)])
def test_wrong_versions(tree: Tree, monkeypatch, version: tuple) -> None:
    course = tree.load()
    # What answers to a name but does not run, as pyenv's shims do, is no advice.
    for minor in (11, 12, 13):
        stub(tree.bin, f"python3.{minor}", "exit 127")
    monkeypatch.setenv("PATH", str(tree.bin))
    with pytest.raises(course.Refusal) as refusal:
        course.require_python(version, ["course.py", "start"])
    said = sentence(str(refusal.value))
    assert ".".join(map(str, version)) in said
    assert "3.11 to 3.13" in said
    assert "`" not in said
    stub(tree.bin, "python3.13")
    with pytest.raises(course.Refusal, match="`python3.13 'my course.py' start`"):
        course.require_python(version, ["my course.py", "start"])


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_right_versions(tree: Tree, version: tuple) -> None:
    assert tree.load().require_python(version, ["course.py"]) is None


# --- Setting up, and setting up again


def test_a_second_setup_does_nothing_and_is_quick(installed: Tree) -> None:
    before = installed.state()
    started = time.monotonic()
    result = installed("setup")
    seconds = time.monotonic() - started
    assert result.code == 0
    assert result.out.splitlines() == [
        "Everything is ready: `python3 course.py start` opens the course."
    ]
    assert installed.state() == before
    assert seconds < 3  # about 0.2 on an idle machine


def test_what_is_installed_is_what_is_asked_for(installed: Tree) -> None:
    course = installed.load()
    assert course.ask_venv("import torch; print(torch.__version__)") == course.TORCH
    assert course.ask_venv("import jupyterlab; print(1)") == "1"
    assert installed.state()["root"] == str(installed.root)
    assert not (installed.root / ".setup-unfinished").exists()


def test_doctor_is_content(installed: Tree) -> None:
    result = installed("doctor")
    lines = result.out.splitlines()
    assert result.code == 0
    assert len(lines) >= 8
    assert all(line.startswith("[OK] ") for line in lines)


def test_the_test_command(installed: Tree) -> None:
    result = installed("test", "--quick", "-k", "a and b", "tests/test_a.py")
    assert result.code == 0
    # What `start` needs is still there, and `start` has nothing to do after it.
    assert installed.state()["extras"] == ["cluster", "dev", "grading", "site"]
    given = "pytest was given ['-m', 'not slow', '-k', 'a and b', 'tests/test_a.py']"
    assert result.out.splitlines()[-1] == given

    result = installed("test", "--", "--fail", "--quick")
    assert result.out.splitlines() == ["pytest was given ['--fail', '--quick']"]
    assert result.code == 5, "pytest's own exit code"
    assert installed("setup").out.count("\n") == 1
    assert installed.state()["extras"] == ["cluster", "dev", "grading", "site"]


@posix
def test_what_ci_runs(installed: Tree) -> None:
    script = installed.root / ".ci/run"
    script.parent.mkdir()
    shutil.copy(REPOSITORY / ".ci/run", script)
    stub(installed.bin, "python3", f'exec "{sys.executable}" "$@"')
    result = subprocess.run(
        [script],
        cwd="/",
        env=installed.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0
    [given] = re.findall(r"pytest was given (.*)", result.stdout)
    assert given.startswith("['--numprocesses=logical', '--maxprocesses=4', '--dist=loadfile'")


def test_a_changed_pyproject_installs_again(installed: Tree) -> None:
    assert installed("test").code == 0
    with open(installed.root / "pyproject.toml", "a") as file:
        file.write("# a new requirement\n")
    doctor = installed("doctor")
    assert doctor.code == 1
    [line] = [line for line in doctor.out.splitlines() if "[FAIL]" in line]
    assert line.startswith("[FAIL] Packages") and "course.py setup" in line
    result = installed("setup")
    assert result.code == 0
    assert "Installing the course's packages: done" in result.out
    assert "torch" not in result.out
    assert "Making .venv" not in result.out
    assert installed.state()["extras"] == ["cluster", "dev", "grading", "site"], "nothing was lost"
    assert installed("doctor").code == 0


def test_a_model_that_cannot_be_had_is_one_sentence(installed: Tree) -> None:
    (installed.root / "cache").unlink()
    write(installed.root / "no-hub", "")
    assert "[FAIL] Model" in installed("doctor").out
    result = installed("start")
    assert result.code == 1
    assert "connect to the network" in sentence(result.err)
    assert not (installed.root / "work").exists()
    (installed.root / "no-hub").unlink()
    assert installed("setup").code == 0


def test_doctor_where_nothing_is_installed(tree: Tree) -> None:
    result = tree("doctor")
    lines = result.out.splitlines()
    assert result.code == 1
    failed = [line for line in lines if line.startswith("[FAIL] ")]
    good = [line for line in lines if line.startswith("[OK] ")]
    assert len(failed) + len(good) == len(lines)
    names = {line.split()[1].rstrip(":") for line in failed}
    assert {".venv", "Packages", "torch", "jupyterlab", "Model"} <= names
    assert all(" - run `" in line for line in failed if "Disk" not in line)
    assert any(line.startswith("[OK] Python") for line in good)


@pytest.mark.parametrize(
    "arguments", [[], ["open"], ["setup", "--port", "1"], ["start", "--port", "0"]]
)
def test_wrong_usage(tree: Tree, arguments: list[str]) -> None:
    result = tree(*arguments)
    assert result.code == 2
    assert "usage: course.py" in result.err


# --- Interrupted and broken installations


def start_slow_setup(tree: Tree) -> subprocess.Popen[str]:
    """`setup`, stopped in the middle of pip's work."""
    write(tree.root / "slow-build", "")
    process = tree.popen("setup")
    wait_for((tree.root / "building").exists)
    (tree.root / "slow-build").unlink()
    return process


@posix
@pytest.mark.slow  # installs twice
@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT", "SIGTERM"])
def test_an_interrupted_first_installation_recovers(tree: Tree, how: str) -> None:
    process = start_slow_setup(tree)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(getattr(signal, how))
    if how == "SIGKILL":
        process.wait(10)
        course = tree.load()
        with open(course.LOCK, "a") as file:
            assert not course.try_lock(file), "pip is alive and may change .venv"
        for child in children:
            child.kill()
    _, err = process.communicate(timeout=30)
    if how != "SIGKILL":
        assert process.returncode == 130
        sentence(err.strip())
    wait_for(lambda: not tree.processes(), 10)  # pip's own children have ended too
    leftover = write(tree.root / ".venv/leftover", "")
    result = tree("setup")
    assert result.code == 0, result.err
    assert "Making .venv: the last installation was interrupted." in result.out
    assert not leftover.exists()
    assert tree("doctor").code == 0


@posix
@pytest.mark.slow  # installs twice
def test_an_interrupted_update_recovers(tree: Tree) -> None:
    assert tree("setup").code == 0
    with open(tree.root / "pyproject.toml", "a") as file:
        file.write("# changed\n")
    process = start_slow_setup(tree)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    result = tree("setup")
    assert result.code == 0
    assert "Making .venv: the last installation was interrupted." in result.out


def test_two_setups_at_once(tree: Tree) -> None:
    both = [tree.popen("setup") for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    out = "".join(out for out, _ in said)
    assert out.count("Making .venv:") == 2  # what it is about, and that it is done
    assert out.count("preparing smollm2-135m") == 1
    assert out.count("Another course.py is at work in this folder") == 1
    assert tree("doctor").code == 0


@posix
@pytest.mark.slow  # installs twice
def test_a_moved_or_broken_venv_is_made_anew(installed: Tree) -> None:
    old = installed.root
    installed.root = old.with_name("moved")
    old.rename(installed.root)
    result = installed("setup")
    assert result.code == 0
    assert "Making .venv: this folder was moved" in result.out
    assert installed.state()["root"] == str(installed.root)

    python = installed.root / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")  # the Python it was made from has gone
    assert "[FAIL] .venv" in installed("doctor").out
    result = installed("setup")
    assert result.code == 0
    assert "Making .venv: the old one does not work any more." in result.out


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_a_venv_of_a_wrong_python(tree: Tree, monkeypatch, version: str) -> None:
    course = tree.load()
    course.VENV.mkdir()
    monkeypatch.setattr(course, "ask_venv", lambda code: f"{version} True")
    assert course.venv_problem({}) == f"the old one's Python is now {version}"


def test_a_venv_made_by_hand_is_kept(tree: Tree, monkeypatch) -> None:
    course = tree.load()
    course.VENV.mkdir()
    monkeypatch.setattr(course, "ask_venv", lambda code: "3.12 True")
    assert course.venv_problem({}) == ""
    assert course.venv_problem({"python": "3.11"}) == "the old one's Python is now 3.12"
    assert not course.is_installed({}, set())


# --- What can be in the way


def test_no_network(tree: Tree) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
    del tree.env["PIP_NO_INDEX"], tree.env["PIP_FIND_LINKS"]
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), nowhere)
    upper = {name.upper(): nowhere for name in proxies}
    offline = {"PIP_INDEX_URL": nowhere, "PIP_RETRIES": "0", **proxies, **upper}
    started = time.monotonic()
    result = tree("setup", **offline)
    assert time.monotonic() - started < 60
    assert result.code == 1
    assert "index cannot be reached" in sentence(result.err)
    # pip changed nothing, so that the next run need not start from nothing.
    assert not (tree.root / ".setup-unfinished").exists()
    assert tree.load().venv_problem({}) == ""


def test_a_full_disk_during_installation(installed: Tree) -> None:
    write(installed.root / "full-disk", "")
    with open(installed.root / "pyproject.toml", "a") as file:
        file.write("# changed\n")
    result = installed("setup")
    (installed.root / "full-disk").unlink()
    assert result.code == 1
    assert "disk is full" in sentence(result.err)
    assert "No space left on device" in result.out, "pip's own words are shown"
    assert installed("setup").code == 0


def test_pip_that_failed_half_way_leaves_the_marker(tree: Tree, monkeypatch) -> None:
    course = tree.load()
    words = "Installing collected packages: torch\n[Errno 28] No space left on device\n"
    monkeypatch.setattr(course, "follow", lambda *_: (1, words))
    course.MARKER.touch()
    with pytest.raises(course.Failure, match="disk is full"):
        course.pip(0, "Installing", "install", ["torch"])
    assert course.MARKER.exists()
    monkeypatch.setattr(course, "follow", lambda *_: (1, "Collecting torch\nno\n"))
    with pytest.raises(course.Failure, match="failed as shown"):
        course.pip(0, "Installing", "install", ["torch"])
    assert not course.MARKER.exists()


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("ERROR: [Errno 28] No space left on device", "disk is full"),
        ("Temporary failure in name resolution\nNo matching distribution", "network"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no version"),
        ("error: subprocess-exited-with-error", "failed as shown"),
    ],
)
def test_pips_failures_are_explained(tree: Tree, capsys, words, advice) -> None:
    failure = tree.load().explained("a first line\n" + words)
    assert advice in sentence(str(failure))
    assert failure.code == 1
    assert words.splitlines()[-1] in capsys.readouterr().out


def main_refuses(course: ModuleType, capsys, *arguments: str) -> str:
    assert course.main(list(arguments)) == 2
    captured = capsys.readouterr()
    assert not course.VENV.exists()
    return sentence(captured.err)


def test_too_little_space(tree: Tree, monkeypatch, capsys) -> None:
    course = tree.load()
    usage = SimpleNamespace(free=3.9e9)
    monkeypatch.setattr(course.shutil, "disk_usage", lambda path: usage)
    monkeypatch.setattr(course, "has_nvidia", lambda: False)
    monkeypatch.setattr(course, "on_signals", lambda action: None)
    said = main_refuses(course, capsys, "setup")
    assert "3.9 GB free" in said and "about 4 GB" in said
    if course.LINUX:
        assert "about 12 GB" in main_refuses(course, capsys, "setup", "--gpu")


def test_a_folder_that_cannot_be_written_to(tree: Tree, monkeypatch, capsys) -> None:
    course = tree.load()

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(Path, "touch", refuse)
    monkeypatch.setattr(course, "on_signals", lambda action: None)
    assert "cannot be written to" in main_refuses(course, capsys, "start")


@pytest.mark.parametrize(
    ("manager", "advice"),
    [("apt-get", "apt-get install -y python3-venv`"), ("other", "venv and ensurepip")],
)
def test_python_without_venv(tree, monkeypatch, capsys, manager, advice) -> None:
    course = tree.load()
    found = course.importlib.util.find_spec
    without = {"ensurepip": None}
    monkeypatch.setattr(course.importlib.util, "find_spec", lambda name: without.get(name, found))
    monkeypatch.setattr(course, "on_signals", lambda action: None)
    tools = tree.root.parent / "tools"
    stub(tools, manager)
    monkeypatch.setenv("PATH", str(tools))
    assert advice in main_refuses(course, capsys, "setup")
    assert not course.MARKER.exists()


# --- torch


@pytest.fixture
def torch_steps(tree: Tree, monkeypatch):
    """What install_torch runs, given what is installed and how each step ends."""
    course = tree.load()

    def steps(have: str = "", gpu: bool = False, nvidia: bool = False, ends=()) -> list:
        commands, endings = [], itertools.chain(ends, itertools.repeat((0, "")))

        def follow(label, command, lock):
            commands.append(command[command.index("pip") + 1 :])
            return next(endings)

        monkeypatch.setattr(course, "follow", follow)
        monkeypatch.setattr(course, "LINUX", True)
        monkeypatch.setattr(course, "has_nvidia", lambda: nvidia)
        monkeypatch.setattr(course, "ask_venv", lambda code: have)
        course.MARKER.touch()
        try:
            course.install_torch(0, gpu)
        except course.Failure as failure:
            commands.append(str(failure))
        return commands

    return steps


def test_torch_comes_from_the_cpu_index_where_there_is_no_gpu(torch_steps) -> None:
    [command] = torch_steps()
    assert "torch==2.13.0" in command
    assert command[command.index("--retries") + 1] == "0"
    assert command[command.index("--timeout") + 1] == "5"
    assert command[command.index("--extra-index-url") + 1].endswith("/whl/cpu")


@pytest.mark.parametrize("why", ["gpu", "nvidia"])
def test_torch_comes_plainly_for_a_gpu(torch_steps, why: str) -> None:
    [command] = torch_steps(**{why: True})
    assert command[-1] == "torch==2.13.0"
    assert not any("whl/cpu" in word or word == "--retries" for word in command)


def test_a_failed_step_is_tried_again_plainly(torch_steps) -> None:
    first, second = torch_steps(ends=[(1, "Connection refused")])
    assert "--retries" in first and "--retries" not in second
    assert second[-1] == "torch==2.13.0"
    first, advice = torch_steps(ends=[(1, "[Errno 28]")])
    assert "disk is full" in advice, "the CUDA build would want even more room"
    assert "network" in torch_steps(ends=[(1, "Connection refused")] * 2)[-1]


def test_the_right_torch_is_left_alone(torch_steps) -> None:
    assert torch_steps(have="2.13.0+cpu") == []
    assert torch_steps(have="2.13.0", gpu=True) == []
    assert len(torch_steps(have="2.12.0+cpu")) == 1
    removal, installation = torch_steps(have="2.13.0+cpu", gpu=True)
    assert removal[0] == "uninstall" and installation[0] == "install"


def test_what_counts_as_installed(tree: Tree) -> None:
    course = tree.load()
    state = {"pyproject": course.pyproject_hash(), "extras": ["dev", "grading"]}
    for gpu in (False, True):
        state["gpu"] = gpu
        assert course.is_installed(state, {"grading"})
        assert course.is_installed(state, {"grading", "dev"})
        assert not course.is_installed(state, {"grading", "site"})
        assert course.is_installed(state, {"grading"}, gpu=True) is gpu
    course.TORCH = "2.14.0"
    assert not course.is_installed(state, {"grading"})


# --- System packages


@pytest.fixture
def system(tree: Tree, monkeypatch):
    """course.py on a machine that has nothing but the stubs in `tools`."""
    course = tree.load()
    tools = tree.root.parent / "tools"
    for tool in ("sh", "mkdir", "touch", "chmod", "cat"):
        found = shutil.which(tool)
        assert found
        write(tools / "x", "").unlink()
        (tools / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(course, "LINUX", True)
    monkeypatch.setattr(course, "on_signals", lambda action: None)
    return SimpleNamespace(course=course, tools=tools, log=tree.root.parent / "log")


APT = """
echo "$@" >> "{log}"
case "$1" in
  update) touch "{log}.lists" ;;
  install) [ -e "{log}.lists" ] || exit 100
     for name in bwrap chromium; do
       echo "#!{sh}" > "{tools}/$name"; chmod +x "{tools}/$name"; done ;;
esac
"""


@posix
def test_root_on_debian_gets_them_installed(system, monkeypatch) -> None:
    course = system.course
    monkeypatch.setattr(course, "ROOT_USER", True)
    sh = shutil.which("sh")
    stub(system.tools, "apt-get", APT.format(log=system.log, tools=system.tools, sh=sh))
    with course.locked() as lock:
        assert course.install_system(lock, course.BUBBLEWRAP, course.CHROMIUM) == []
        once = system.log.read_text().splitlines()
        assert course.install_system(lock, course.BUBBLEWRAP, course.CHROMIUM) == []
    install = "install -y bubblewrap chromium"
    assert once == [install, "update", install]
    assert system.log.read_text().splitlines() == once, "they are there"


@posix
@pytest.mark.parametrize("root", [False, True])
def test_elsewhere_test_names_the_command_and_fails(system, monkeypatch, capsys, root) -> None:
    course = system.course
    monkeypatch.setattr(course, "ROOT_USER", root)
    stub(system.tools, "dnf", "exit 1")
    assert course.main(["test"]) == 1
    sudo = "" if root else "sudo "
    command = f"run `{sudo}dnf install -y bubblewrap chromium postgresql`"
    assert command in sentence(capsys.readouterr().err)
    assert not course.VENV.exists(), "said before anything takes minutes"


@posix
def test_start_goes_on_without_them(system, monkeypatch) -> None:
    course = system.course
    monkeypatch.setattr(course, "ROOT_USER", True)
    stub(system.tools, "apt-get", f'echo "$@" >> "{system.log}"; exit 100')
    monkeypatch.setattr(course, "install", lambda *_: None)
    monkeypatch.setattr(course, "prepare_model", lambda *_, **__: 0)
    with course.locked() as lock:
        course.setup(lock)
    assert "install -y bubblewrap" in system.log.read_text()
    [line] = [found for found in course.findings() if found[0] == "bubblewrap"]
    assert line[1] is False
    assert "apt-get install -y bubblewrap" in line[3]


# --- The book


def test_site_prints_the_first_page_last(installed: Tree) -> None:
    result = installed("site")
    page = installed.root / "_site/index.html"
    assert result.code == 0 and result.out.splitlines()[-1] == str(page)
    assert page.exists()


def test_a_book_that_cannot_be_built_is_explained(installed: Tree) -> None:
    reason = write(installed.root / "no-book", "")
    result = installed("site")
    reason.unlink()
    assert result.code == 1
    assert "    Sphinx says what is wrong" in result.out
    assert "run this again" in sentence(result.err)


# --- How far the learner is


def progress(tree: Tree, known: str | None) -> SimpleNamespace:
    file = tree.root / "work/.progress.json"
    file.unlink(missing_ok=True)
    if known is not None:
        write(file, known)
    return tree("progress")


def test_progress_before_anything_was_checked_or_set_up(tree: Tree) -> None:
    result = progress(tree, None)
    assert result.code == 0
    assert result.out.splitlines() == [
        "",
        "01 · The first (30 minutes)",
        "   [--------------------] 0 of 5 points",
        "   [ ] add and take away (add, subtract)",
        "   [ ] build what adds, and say what it adds (Adder, add)",
        "",
        "02 · The second, not released yet (40 minutes)",
        "   [--------------------] 0 of 5 points",
        "",
        "A small course: [--------------------] 0 of 10 points",
        "Nothing is marked yet. To mark a notebook:",
        str(Path(tree.load().venv_python()).with_name("autograde").relative_to(tree.root))
        + " check work/01_first/01_first.ipynb",
    ]
    assert sorted(tree.root.glob(".*")) == [] and not (tree.root / "work").exists()


def test_progress_counts_what_was_passed(tree: Tree) -> None:
    known = {"01_first": ["add", "Adder", "gone"], "09_gone": ["other"]}
    lines = progress(tree, json.dumps(known)).out.splitlines()
    assert lines[2] == "   [########------------] 2 of 5 points + 4 bonus"
    assert lines[3] == "   [ ] add and take away (subtract)"
    assert lines[4] == "   [x] build what adds, and say what it adds"
    assert lines[-1] == "A small course: [####----------------] 2 of 10 points"


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"01_first": 3}', "null"])
def test_a_damaged_memory_is_said_and_kept(tree: Tree, damaged: str) -> None:
    result = progress(tree, damaged)
    assert result.code == 1
    assert "is damaged: mend " in sentence(result.err) and ".progress.json" in result.err
    assert (tree.root / "work/.progress.json").read_text("utf-8") == damaged


# --- The learner's copy


@pytest.fixture
def copies(tree: Tree, capsys):
    """Lay the learner's copy out; return what was said and all that is in work/."""
    course = tree.load()

    def lay_out() -> tuple[list[str], dict[str, str]]:
        capsys.readouterr()
        course.lay_out()
        files = {
            path.relative_to(course.WORK).as_posix(): path.read_text("utf-8")
            for path in course.WORK.rglob("*")
            if path.is_file()
        }
        return capsys.readouterr().out.splitlines(), files

    return SimpleNamespace(lay_out=lay_out, released=course.COURSE, work=course.WORK)


def test_the_copy_is_made_once(copies) -> None:
    said, files = copies.lay_out()
    assert files == {
        "01_first/01_first.ipynb": notebook("r1", OBJECTIVES),
        "01_first/data/words.csv": "word\n",
    }
    assert len(said) == 2
    assert copies.lay_out() == ([], files)


def test_the_learners_work_stays_as_it_is(copies) -> None:
    copies.lay_out()
    mine = notebook("r1", "my answer")
    write(copies.work / "01_first/01_first.ipynb", mine)
    (copies.work / "01_first/data/words.csv").unlink()
    write(copies.work / "01_first/notes.txt", "mine")
    said, files = copies.lay_out()
    assert files == {
        "01_first/01_first.ipynb": mine,
        "01_first/data/words.csv": "word\n",  # what was deleted comes back
        "01_first/notes.txt": "mine",
    }
    assert said == [f"Copied {Path('work/01_first/data/words.csv')}, yours to edit."]


def test_a_newer_release_is_laid_beside_once(copies) -> None:
    copies.lay_out()
    mine = notebook("r1", "my answer")
    write(copies.work / "01_first/01_first.ipynb", mine)
    write(copies.released / "01_first/01_first.ipynb", notebook("r2"))
    write(copies.released / "01_first/data/words.csv", "word,count\n")
    write(copies.released / "02_second/02_second.ipynb", notebook("s1"))
    said, files = copies.lay_out()
    assert files["01_first/01_first.ipynb"] == mine
    assert files["01_first/01_first.newer-r2.ipynb"] == notebook("r2")
    assert files["01_first/data/words.csv"] == "word\n"
    [data] = [name for name in files if "words.newer-" in name]
    assert re.fullmatch(r"01_first/data/words\.newer-[0-9a-f]{8}\.csv", data)
    assert files[data] == "word,count\n"
    assert files["02_second/02_second.ipynb"] == notebook("s1")
    assert len(said) == 3
    assert sum("beside yours as 01_first.newer-r2.ipynb." in line for line in said) == 1
    assert copies.lay_out() == ([], files)

    # Edited and renamed, it is still that release.
    newer = copies.work / "01_first/01_first.newer-r2.ipynb"
    write(newer, notebook("r2", "second try"))
    newer.rename(newer.with_name("my second try.ipynb"))
    assert copies.lay_out()[0] == []


def test_a_notebook_without_a_release_goes_by_its_content(copies) -> None:
    released = copies.released / "01_first/01_first.ipynb"
    write(released, notebook(None))
    copies.lay_out()
    assert copies.lay_out()[0] == []
    write(released, notebook(None, "changed"))
    said, files = copies.lay_out()
    assert len(said) == 1
    assert files["01_first/01_first.ipynb"] == notebook(None)
    assert copies.lay_out() == ([], files)


def test_a_damaged_notebook_of_the_learners_is_no_obstacle(copies) -> None:
    copies.lay_out()
    for damaged in ("", "[]", '{"metadata": {"next_token": null}}', "\ufffd{"):
        write(copies.work / "01_first/01_first.ipynb", damaged)
        _, files = copies.lay_out()
        assert files["01_first/01_first.ipynb"] == damaged
        assert files["01_first/01_first.newer-r1.ipynb"] == notebook("r1", OBJECTIVES)


def test_clutter_is_not_copied_and_an_empty_course_is_said(copies) -> None:
    write(copies.released / "01_first/.ipynb_checkpoints/a.ipynb", notebook("r0"))
    write(copies.released / "01_first/__pycache__/a.pyc", "")
    _, files = copies.lay_out()
    assert len(files) == 2
    shutil.rmtree(copies.released)
    with pytest.raises(Exception, match="course/ holds no notebooks"):
        copies.lay_out()


# --- JupyterLab, the real one, as it is installed for these tests

DRIVER = textwrap.dedent("""
    import importlib.util, pathlib, sys
    spec = importlib.util.spec_from_file_location("course", "course.py")
    course = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(course)
    course.VENV = pathlib.Path(sys.prefix)
    course.setup = lambda *_, **__: print("setup was called", flush=True)
    sys.exit(course.main(sys.argv[1:]))
""")


@pytest.fixture
def start(tree: Tree, tmp_path: Path):
    """Run `start` for a learner with a Jupyter configuration of their own."""
    hostile = {
        "ServerApp": {"password": "argon2:x", "port": 1, "base_url": "/mine/"},
        "IdentityProvider": {"token": "mine"},
        "PasswordIdentityProvider": {"hashed_password": "argon2:x"},
    }
    home = tmp_path / "home"
    write(home / ".jupyter/jupyter_server_config.json", json.dumps(hostile))
    env = {"HOME": str(home), "JUPYTER_TOKEN": "mine"}
    script, started = write(tree.root / "driver.py", DRIVER), []

    def start(*arguments: str) -> SimpleNamespace:
        log = tmp_path / f"start-{len(started)}.log"
        with open(log, "w") as file:
            process = subprocess.Popen(
                [sys.executable, script, "start", "--no-browser", *arguments],
                cwd=tree.root,
                env=tree.env | env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        started.append(process)

        def said() -> str:
            return log.read_text("utf-8")

        return SimpleNamespace(process=process, said=said)

    yield start
    for process in started:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()


def address(run: SimpleNamespace) -> tuple[int, str]:
    pattern = r"^JupyterLab is ready: http://127\.0\.0\.1:(\d+)/lab\?token=(\w+)$"

    def look():
        assert run.process.poll() is None, run.said()
        return re.search(pattern, run.said(), re.MULTILINE)

    port, token = wait_for(look, 120).groups()
    return int(port), token


def ask(port: int, token: str, path: str, method: str = "GET"):
    from urllib.request import ProxyHandler, Request, build_opener

    headers = {"Authorization": f"token {token}"}
    url = f"http://127.0.0.1:{port}/{path}"
    with build_opener(ProxyHandler({})).open(
        Request(url, headers=headers, method=method), timeout=30
    ) as answer:
        return answer.read().decode()


@posix
def test_start_and_stop(tree: Tree, start) -> None:
    run = start()
    port, token = address(run)
    assert "setup was called" in run.said()
    assert json.loads(ask(port, token, "api/status"))["kernels"] == 0
    assert "jupyter-config-data" in ask(port, "none", f"lab?token={token}")
    listing = json.loads(ask(port, token, "api/contents"))["content"]
    assert [entry["name"] for entry in listing] == ["01_first"]

    notifications = "lab/api/settings/@jupyterlab/apputils-extension:notification"
    schema = json.loads(ask(port, token, notifications))["schema"]["properties"]
    assert schema["fetchNews"]["default"] == "false"
    assert schema["checkForUpdates"]["default"] is False

    kernel = json.loads(ask(port, token, "api/kernels", "POST"))["id"]
    server = psutil.Process(run.process.pid).children(recursive=True)
    commands = []
    for process in server:
        with contextlib.suppress(psutil.NoSuchProcess):  # a helper that has just ended
            commands += process.cmdline()
    assert any(kernel in word for word in commands)
    assert not any(token in word for word in commands), "others can read that"

    second = start()  # while the first one runs
    other, other_token = address(second)
    assert (other > port) and (other_token != token)
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(30) == 0, second.said()

    taken = start("--port", str(port))
    assert taken.process.wait(30) == 1
    assert f"Port {port} is taken" in sentence(taken.said())

    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 0, run.said()
    assert run.said().splitlines()[-1] == "Stopping JupyterLab."
    _, alive = psutil.wait_procs(server, timeout=10)
    assert alive == []
    assert tree.load().is_free(port)
    assert "Copied" not in second.said(), "the copy was there"


@posix
def test_ctrl_c_while_jupyter_comes_up(tree: Tree, start) -> None:
    run = start()
    wait_for(lambda: "Starting JupyterLab." in run.said())
    children = wait_for(lambda: psutil.Process(run.process.pid).children())
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(30) == 130
    assert "JupyterLab is ready" not in run.said()
    assert psutil.wait_procs(children, timeout=10)[1] == []


@posix
@pytest.mark.parametrize("starts", ["run", "follow", "Jupyter"])
def test_ctrl_c_while_a_process_is_being_started(tree: Tree, monkeypatch, starts: str) -> None:
    course = tree.load()
    started = []

    class Popen(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)
            signal.raise_signal(signal.SIGINT)

    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    server = course.Jupyter(9, browser=False)
    monkeypatch.setattr(server, "command", lambda: sleeper)
    monkeypatch.setattr(subprocess, "Popen", Popen)
    with pytest.raises(KeyboardInterrupt), course.locked() as lock:
        match starts:
            case "run":
                course.run(sleeper)
            case "follow":
                course.follow("Sleeping", sleeper, lock)
            case "Jupyter":
                server.__enter__()
    assert [process.poll() is None for process in started] == [False]


def test_a_jupyter_that_fails_is_shown(tree: Tree, monkeypatch, capsys) -> None:
    course = tree.load()
    server = course.Jupyter(9, browser=False)
    code = "import sys; print('first'); sys.exit('its last words')"
    monkeypatch.setattr(server, "command", lambda: [sys.executable, "-c", code])
    with pytest.raises(course.Failure) as failure, server:
        raise AssertionError("it never was up")
    assert "its last words" in capsys.readouterr().out
    assert str(server.log) in sentence(str(failure.value))


def test_a_taken_port_is_said_before_anything_else(tree: Tree) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = tree("start", "--port", str(port))
    assert result.code == 1
    assert f"Port {port} is taken" in sentence(result.err)
    assert "without --port" in result.err
    assert result.out == ""
    assert not (tree.root / ".venv").exists()
