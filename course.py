#!/usr/bin/env python3
"""Set the course up and run it: python3 course.py start

Standard library only. All of it parses on Python 3.6, so that a Python which is too
old for the course can say so in one sentence.
"""

import argparse
import collections
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
COURSE, WORK, VENV = ROOT / "course", ROOT / "work", ROOT / ".venv"
SITE = ROOT / "_site"
PROGRESS = WORK / ".progress.json"  # what `autograde check` has seen passed
STATE = VENV / "next-token.json"  # what was installed, written when it is complete
LOCK = ROOT / ".setup-lock"
MARKER = ROOT / ".setup-unfinished"  # there while an installation is under way

OLDEST, NEWEST = (3, 11), (3, 13)
EXTRAS = {"grading", "site"}  # what a clone has on top of the notebooks' own packages
# One version for everybody, named exactly: given a range, pip may pass over the CPU
# wheel for a newer one that brings several gigabytes of CUDA packages.
TORCH = "2.13.0"
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
# Gigabytes a first installation takes: packages 1.7, model 0.65, and room for pip to
# work. CUDA packages take several more; an update takes little.
SPACE, SPACE_CUDA, SPACE_UPDATE = 4, 12, 0.5
BUBBLEWRAP = ("bubblewrap", ["bwrap"])  # a system package and its commands' names
POSTGRESQL = ("postgresql", ["pg_createcluster", "postgres"])
CHROMIUM = ("chromium", ["chromium", "chromium-browser", "google-chrome"])

POSIX = os.name == "posix"
LINUX = sys.platform.startswith("linux")
ROOT_USER = POSIX and os.geteuid() == 0
SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# Out of the terminal's reach: a Ctrl-C is ours, and we end the child in good order.
APART = (
    {"start_new_session": True} if POSIX else {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
)


class Failure(Exception):
    """The message is one sentence that says what happened and what to do."""

    code = 1


class Refusal(Failure):
    """Nothing was changed: what was asked for cannot work here."""

    code = 2


def say(text):
    print(text, flush=True)


# --- The right Python


def dotted(version):
    return ".".join(map(str, version[:3]))


def require_python(version, command_line):
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return
    better = better_python(command_line)
    raise Refusal(
        f"The course needs Python {dotted(OLDEST)} to {dotted(NEWEST)} and this is "
        f"Python {dotted(version)}: "
        + (f"run `{better}` instead." if better else "install one and use that.")
    )


def better_python(command_line):
    """The same command line for a right Python, or "" if there is none here."""
    test = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    for minor in (12, 13, 11):
        for python in ([f"python3.{minor}"], ["py", f"-3.{minor}"]):
            # Being on the path proves nothing: pyenv has shims for what is not active.
            if shutil.which(python[0]) and not subprocess.call(python + ["-c", test], **SILENT):
                return " ".join(python + [shlex.quote(word) for word in command_line])
    return ""


# --- Processes


def on_signals(action):
    """What to do when asked to stop. Which signals there are depends on the system."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None or (name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN):
            continue  # the second is how nohup asks us to stay
        signal.signal(number, action)


def interrupt(*_):
    raise KeyboardInterrupt


@contextlib.contextmanager
def undisturbed():
    """Who asks to stop waits until the block has ended: a child that nobody has a name for
    yet could not be seen off."""
    asked = []
    on_signals(lambda *_: asked.append(True))
    try:
        yield
    finally:
        on_signals(interrupt)
    if asked:
        interrupt()


def see_off(process, patience):
    """Return when a child, and all of the group that it may lead, has ended.

    With patience for one that has been told to end, as a Ctrl-C in a terminal tells
    everything there; then with ever firmer signals.
    """
    if process is None or process.poll() is not None:
        return
    on_signals(signal.SIG_IGN)  # we are leaving: a second Ctrl-C would add nothing
    firmer = ("SIGINT", "SIGTERM", "SIGKILL") if POSIX else ("SIGTERM",)
    for name in (["none"] if patience else []) + list(firmer):
        number = getattr(signal, name, None)
        with contextlib.suppress(ProcessLookupError, PermissionError):  # just gone
            if number and POSIX and os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, number)
            elif number:
                process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
            return


def run(command, **options):
    """Run a command that speaks for itself; return its exit code."""
    process = None
    try:
        with undisturbed():
            process = subprocess.Popen(command, cwd=ROOT, **options)
        return process.wait()
    finally:
        see_off(process, patience=True)


def follow(label, command, lock):
    """Run a long command behind a line of progress; return its code and its output.

    It inherits the lock, so that nobody touches .venv before it has ended, even if
    we are killed.
    """
    output = collections.deque()  # extend() appends each line as it comes
    terminal, started, due = sys.stdout.isatty(), time.monotonic(), 0
    process = None

    def show(text, end="\n"):
        width = shutil.get_terminal_size().columns - 1
        if terminal:  # the same line again
            print("\r" + text[:width].ljust(width), end=end, flush=True)
        else:
            say(text[:120])

    try:
        with undisturbed():
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(os.environ, PIP_USER="0", DEBIAN_FRONTEND="noninteractive"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                pass_fds=[lock] if POSIX else [],
                **APART,
            )
        reader = threading.Thread(target=output.extend, args=[process.stdout], daemon=True)
        reader.start()
        while process.poll() is None:
            seconds = int(time.monotonic() - started)
            if seconds >= due:
                last = output[-1].strip() if output else ""
                show(f"{label} ... {seconds} s  {last}", end="")
                due = seconds + (1 if terminal else 15)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
    finally:
        see_off(process, patience=False)
    reader.join(5)
    end = "failed" if process.returncode else "done"
    show(f"{label}: {end} after {time.monotonic() - started:.0f} s")
    return process.returncode, "".join(output)


@contextlib.contextmanager
def locked():
    """One set-up at a time in this folder. The system drops the lock of the dead."""
    try:
        LOCK.touch()
    except PermissionError:
        raise Refusal(
            f"The folder {ROOT} cannot be written to: copy it to where you may write "
            "and run this there."
        ) from None
    with open(LOCK, "a") as file:
        if not try_lock(file):
            say("Another course.py is at work in this folder; waiting for it.")
            while not try_lock(file):
                time.sleep(0.2)
        yield file.fileno()


def try_lock(file):
    try:
        if POSIX:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        pass  # a file system that knows no locks: go on without
    return True


# --- The virtual environment


def venv_python():
    return str(VENV / ("bin/python" if POSIX else "Scripts/python.exe"))


def ask_venv(code):
    """What a line of Python prints in .venv, or "" where it fails."""
    try:
        return subprocess.check_output(
            [venv_python(), "-I", "-c", code], stderr=subprocess.DEVNULL, text=True
        ).strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def read_state():
    try:
        return json.loads(STATE.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def venv_problem(state):
    """Why .venv has to be made anew, or "" where it need not."""
    if MARKER.exists():
        return "the last installation was interrupted"
    if not VENV.exists():
        return "there is none yet"
    version, _, has_pip = ask_venv(
        "import sys, importlib.util as u; "
        "print('%d.%d' % sys.version_info[:2], u.find_spec('pip') is not None)"
    ).partition(" ")
    if has_pip != "True":
        return "the old one does not work any more"
    if state.get("root", str(ROOT)) != str(ROOT):
        return "this folder was moved, and the old one knows its old place"
    right = OLDEST <= tuple(map(int, version.split("."))) <= NEWEST
    if not right or state.get("python", version) != version:
        return f"the old one's Python is now {version}"
    return ""


def pyproject_hash():
    text = (ROOT / "pyproject.toml").read_bytes() + TORCH.encode()
    return hashlib.sha256(text).hexdigest()


def is_installed(state, extras, gpu=False):
    return (
        state.get("pyproject") == pyproject_hash()
        and extras <= set(state["extras"])
        and gpu <= state["gpu"]
    )


def install(lock, extras, gpu):
    """Make .venv hold what pyproject.toml asks for; do nothing where it does."""
    state = read_state()
    problem = venv_problem(state)
    if not problem and is_installed(state, extras, gpu):
        return
    require_space(bool(problem), gpu)
    if problem:
        require_ensurepip()
    MARKER.touch()
    if problem:
        say(f"Making .venv: {problem}.")
        if VENV.exists():
            shutil.rmtree(VENV)
        state = {}
        # The base interpreter: what runs us may lie in the .venv that has just gone.
        python = getattr(sys, "_base_executable", sys.executable)
        code, output = follow("Making .venv", [python, "-m", "venv", str(VENV)], lock)
        if code:
            raise explained(output)
    install_torch(lock, gpu)
    # What an earlier command added stays: `start` after `test` keeps the dev extra.
    extras = sorted(extras | set(state.get("extras", [])))
    own = ["-e", f".[{','.join(extras)}]"]
    pip(lock, "Installing the course's packages", "install", own)
    state = {
        "root": str(ROOT),
        "python": ask_venv("import sys; print('%d.%d' % sys.version_info[:2])"),
        "pyproject": pyproject_hash(),
        "extras": extras,
        "gpu": gpu or state.get("gpu", False),
    }
    STATE.write_text(json.dumps(state, indent=2), "utf-8")
    MARKER.unlink()


def require_ensurepip():
    if all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        return
    packages = ["python3-venv"] if shutil.which("apt-get") else ["venv and ensurepip"]
    raise Refusal(
        "This Python cannot make virtual environments: "
        f"{system_command(packages)}, then run this again."
    )


def require_space(first, gpu):
    cuda = LINUX and (gpu or has_nvidia())
    need = (SPACE_CUDA if cuda else SPACE) if first else SPACE_UPDATE
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < need:
        raise Refusal(
            f"The disk has {free:.1f} GB free and the installation needs about {need} "
            "GB: make room and run this again."
        )


def has_nvidia():
    try:
        command = ["nvidia-smi", "-L"]
        return b"GPU 0" in subprocess.check_output(command, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return False


def install_torch(lock, gpu):
    """torch first and alone, so that nothing else decides which build it is."""
    have = ask_venv("import importlib.metadata as m; print(m.version('torch'))")
    if gpu and have.endswith("+cpu"):
        pip(lock, "Removing torch's CPU build", "uninstall", ["-y", "torch"])
    elif have.partition("+")[0] == TORCH:
        return
    if LINUX and not gpu and not has_nvidia():
        # So an index that cannot be reached costs seconds, not minutes. But then no
        # other one is tried twice either: on any failure once more, plainly.
        brief = ["--extra-index-url", CPU_WHEELS, "--retries", "0", "--timeout", "5"]
        command = pip_command("install", [f"torch=={TORCH}", *brief])
        code, output = follow(f"Installing torch {TORCH} for the CPU", command, lock)
        if code == 0:
            return
        if any(sign in output for sign in DISK_FULL):
            raise explained(output)
    pip(lock, f"Installing torch {TORCH}", "install", [f"torch=={TORCH}"])


def pip_command(action, arguments):
    plain = ["--disable-pip-version-check", "--no-input", "--no-color"]
    return [venv_python(), "-m", "pip", action, *plain, *arguments]


def pip(lock, label, action, arguments):
    code, output = follow(label, pip_command(action, arguments), lock)
    if code:
        if "Installing collected packages" not in output:
            MARKER.unlink()  # it ended before it had changed anything
        raise explained(output)


DISK_FULL = ("Errno 28", "No space left on device")
NO_NETWORK = (
    *("Failed to establish a new connection", "NewConnectionError", "ConnectionError"),
    *("Max retries exceeded", "Connection refused", "name resolution", "SSLError"),
    *("ConnectTimeout", "Read timed out", "ProxyError", "(from versions: none)"),
)
NO_VERSION = ("No matching distribution found", "ResolutionImpossible")
ADVICE = (
    (DISK_FULL, "The disk is full: make room, also for temporary files,"),
    (NO_NETWORK, "The package index cannot be reached: check network and proxy"),
    (NO_VERSION, "A package has no version for this machine: update the course"),
    (("",), "The installation failed as shown: mend that"),
)


def explained(output):
    """Show a failed command's last lines; return the failure that says what to do."""
    say("\n".join("    " + line for line in output.splitlines()[-12:]))
    advice = next(text for signs, text in ADVICE if any(s in output for s in signs))
    return Failure(advice + " and run this again.")


# --- What the system provides


def missing(*parts):
    return [package for package, names in parts if not any(map(shutil.which, names))]


def system_command(packages):
    """How to install these system packages here."""
    for command in (
        *("apt-get install -y", "dnf install -y", "zypper install", "apk add"),
        "pacman -S --needed",
    ):
        if shutil.which(command.split()[0]):
            sudo = "" if ROOT_USER else "sudo "
            return f"run `{sudo}{command} {' '.join(packages)}`"
    return f"install {' and '.join(packages)} with your package manager"


def install_system(lock, *parts):
    """Install them as root on Debian and its like; return what is missing after it."""
    packages = missing(*parts) if LINUX else []
    if packages and ROOT_USER and shutil.which("apt-get"):
        label = "Installing " + " and ".join(packages)
        command = ["apt-get", "install", "-y", *packages]
        if follow(label, command, lock)[0]:
            # A fresh machine has no package lists yet.
            follow("Updating package lists", ["apt-get", "update"], lock)
            follow(label, command, lock)
        packages = missing(*parts)
    return packages


# --- Commands


def syllabus():
    import tomllib  # from Python 3.11 on

    with open(ROOT / "course.toml", "rb") as file:
        return tomllib.load(file)


def default_model():
    return syllabus()["course"]["default_model"]


def prepare_model(name, *options, **streams):
    command = [venv_python(), "-u", "-m", "utils", "prepare", *options, name]
    return run(command, **streams)


def setup(lock, extras=frozenset(), gpu=False):
    """Packages, sandbox and model; what is there already is left alone."""
    install(lock, EXTRAS | extras, gpu)
    install_system(lock, BUBBLEWRAP)  # learning goes on without; doctor tells
    name = default_model()
    if prepare_model(name, "--check", **SILENT):
        say(f"Fetching the model {name}, once.")
        code = prepare_model(name)
        if code:  # with 1 it has said why
            text = f"Fetching the model ended with code {code}: run this again."
            raise Failure("" if code == 1 else text)


def command_setup(options):
    with locked() as lock:
        setup(lock, gpu=options.gpu)
    say("Everything is ready: `python3 course.py start` opens the course.")
    return 0


def command_test(options):
    with locked() as lock:
        absent = install_system(lock, BUBBLEWRAP, CHROMIUM, POSTGRESQL)
        if absent:
            raise Failure(f"The tests need system parts: {system_command(absent)}.")
        setup(lock, {"cluster", "dev"})
    quick = ["-m", "not slow"] if options.quick else []
    # Who asks for something particular sees it run in one process. Else a file's tests stay together, with their fixtures.
    many = [
        "--numprocesses=logical",
        "--maxprocesses=4",
        "--dist=loadfile",
        "--no-loadscope-reorder",
    ]
    how = options.rest or many
    return run([venv_python(), "-m", "pytest", *quick, *how])


def command_site(options):
    with locked() as lock:
        install(lock, EXTRAS, gpu=False)
        command = [venv_python(), "-m", "autograde.book", str(SITE)]
        code, output = follow("Building the book", command, lock)
    if code:
        say("\n".join("    " + line for line in output.splitlines()))
        raise Failure("The book was not built, as shown: mend that and run this again.")
    say(SITE / "index.html")
    return 0


def command_doctor(options):
    failed = False
    for name, good, found, mend in findings():
        say(f"[OK] {name}: {found}" if good else f"[FAIL] {name}: {found} - {mend}")
        failed = failed or not good
    return int(failed)


def findings():
    """(requirement, met, what is there, how to mend it), one by one."""
    again = "run `python3 course.py setup`"
    yield "Python", True, dotted(sys.version_info), ""
    yield "Folder", os.access(ROOT, os.W_OK), ROOT, "copy it to where you may write"
    state = read_state()
    problem = venv_problem(state)
    installed = not problem and is_installed(state, EXTRAS)
    free = shutil.disk_usage(ROOT).free / 1e9
    need = SPACE_UPDATE if installed else SPACE
    found = f"{free:.1f} GB free, {need} GB needed"
    yield "Disk", free >= need, found, "make room"
    yield ".venv", not problem, problem or "works", again
    found = "as in pyproject.toml" if installed else "not as in pyproject.toml"
    yield "Packages", installed, found, again
    for module in ("torch", "jupyterlab"):
        found = ask_venv(f"import {module}; print({module}.__version__)")
        yield module, bool(found), found or "cannot be imported", again
    name = default_model()
    ready = not problem and prepare_model(name, "--check", **SILENT) == 0
    yield "Model", ready, name if ready else f"{name} is not here yet", again
    if LINUX:
        absent = missing(BUBBLEWRAP)
        probe = ["bwrap", "--ro-bind", "/", "/", "true"]
        works = not absent and run(probe, **SILENT) == 0
        found = "missing" if absent else "works" if works else "may make no sandbox"
        mend = system_command(absent) if absent else "allow user namespaces to it"
        yield "bubblewrap", works, found, mend + " (only grading needs it)"


# --- The learner's copy


def release_id(path):
    """Which release a file comes from, whatever the learner has written into it."""
    data = path.read_bytes()
    if path.suffix == ".ipynb":
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return str(json.loads(data.decode())["metadata"]["next_token"]["release"])
    return hashlib.sha256(data).hexdigest()[:8]


def lay_out():
    """Copy what is new in course/ to work/, where nothing is ever overwritten."""
    clutter = {".ipynb_checkpoints", "__pycache__"}
    files = [path for path in sorted(COURSE.rglob("*")) if path.is_file()]
    files = [path for path in files if not clutter & set(path.parts)]
    if not files:
        raise Failure("course/ holds no notebooks: fetch the course again, whole.")
    for source in files:
        target = WORK / source.relative_to(COURSE)
        newer = f"{target.stem}.newer-{release_id(source)}{target.suffix}"
        if not os.path.lexists(target):
            copy(source, target)
            say(f"Copied {target.relative_to(ROOT)}, yours to edit.")
        elif not has_release(target, release_id(source), newer):
            copy(source, target.with_name(newer))
            say(f"A newer {target.relative_to(ROOT)} lies beside yours as {newer}.")


def has_release(target, release, newer):
    """Whether the learner has this release, under whatever name a notebook goes."""
    theirs = target.parent.glob("*.ipynb") if target.suffix == ".ipynb" else [target]
    return os.path.lexists(target.with_name(newer)) or any(
        release_id(path) == release for path in theirs if path.is_file()
    )


def copy(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    os.replace(part, target)  # there whole or not at all


# --- How far the learner is


def command_progress(options):
    course, passed = syllabus(), read_progress()
    width = min(shutil.get_terminal_size().columns, 100)
    total = earned = 0
    for notebook in course["notebook"]:
        folder, points, bonus = notebook["folder"], notebook["points"], notebook.get("bonus", {})
        done = set(passed.get(folder, ()))
        got, extra = (sum(part[name] for name in done & set(part)) for part in (points, bonus))
        total, earned = total + sum(points.values()), earned + got
        say(f"\n{folder[:2]} · {notebook['title']} ({notebook['minutes']} minutes)")
        say(f"   {bar(got, sum(points.values()))}" + (f" + {extra} bonus" if extra else ""))
        for text, names in objectives(COURSE / folder / f"{folder}.ipynb"):
            left = [name for name in names if name not in done]
            line = f"[{' ' if left else 'x'}] {text}" + (f" ({', '.join(left)})" if left else "")
            say(textwrap.fill(line, width, initial_indent="   ", subsequent_indent="       "))
    say(f"\n{course['course']['title']}: {bar(earned, total)}")
    if not earned:
        first = course["notebook"][0]["folder"]
        mark = Path(venv_python()).with_name("autograde").relative_to(ROOT)
        say(f"Nothing is marked yet. To mark a notebook:\n{mark} check work/{first}/{first}.ipynb")
    return 0


def read_progress():
    """Notebook -> the exercises that `autograde check` has seen passed."""
    try:
        known = json.loads(PROGRESS.read_text("utf-8"))
        return {folder: [str(name) for name in names] for folder, names in known.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError):
        raise Failure(
            f"The memory of what you passed is damaged: mend {PROGRESS}, or move it away "
            "to begin anew."
        ) from None


def objectives(path):
    """(objective, the exercises that meet it), as the notebook's first cell lists them."""
    try:
        first = "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])
    except FileNotFoundError:  # not released yet
        return
    for line in re.findall(r"^- (\*.*`\w+`.*?)[;.]?$", first, re.M):
        text = re.sub(r" \(`\w+`(, `\w+`)*\)", "", line).replace("*", "")
        yield text, re.findall(r"`(\w+)`", line)


def bar(done, of, width=20):
    filled = width * done // of
    return f"[{'#' * filled}{'-' * (width - filled)}] {done} of {of} points"


# --- JupyterLab


def is_free(port):
    with socket.socket() as probe:
        if POSIX:  # as Jupyter does: a port whose connections are closing is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Jupyter:
    """JupyterLab on the learner's copy: up when entered, gone when left."""

    def __init__(self, port, browser):
        self.port, self.browser = port, browser
        self.process = None
        self.token = secrets.token_hex(24)
        self.home = WORK / ".jupyter"  # its file browser does not show it
        self.log = self.home / f"jupyter-{port}.log"

    def __enter__(self):
        labconfig = self.home / "labconfig"
        labconfig.mkdir(parents=True, exist_ok=True)
        quiet = {"fetchNews": "false", "checkForUpdates": False}
        settings = json.dumps({"@jupyterlab/apputils-extension:notification": quiet})
        (labconfig / "default_setting_overrides.json").write_text(settings)
        # nbgrader's tools for instructors would only be in a learner's way.
        tools = ("assignment-list", "course-list", "create-assignment", "formgrader", "menu")
        hidden = {f"@jupyter/nbgrader:{name}": True for name in tools}
        page = json.dumps({"disabledExtensions": hidden})
        (labconfig / "page_config.json").write_text(page)
        # The Validate button is to look at the public checks too, not at marks alone, and to
        # wait for a model that loads: nbgrader gives a cell 30 seconds.
        validate = (
            "config = get_config()\n"
            "config.Validator.validate_all = True\n"
            "config.ExecutePreprocessor.timeout = 600\n"
        )
        (self.home / "nbgrader_config.py").write_text(validate)
        try:
            with undisturbed(), open(self.log, "wb") as log:
                self.process = subprocess.Popen(
                    self.command(),
                    cwd=ROOT,
                    env=self.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    **APART,
                )
            self.wait_until_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def command(self):
        return [
            *(venv_python(), "-m", "jupyterlab", f"--ServerApp.root_dir={WORK}"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}"),
            *("--ServerApp.port_retries=0", "--LabApp.news_url=None"),
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            *([] if self.browser else ["--no-browser"]),
            *(["--allow-root"] if ROOT_USER else []),
        ]

    def environment(self):
        return dict(
            os.environ,
            JUPYTER_TOKEN=self.token,  # a command line can be read by others
            # Its own: a password or port in the learner's would spoil the URL.
            JUPYTER_CONFIG_DIR=str(self.home),
            JUPYTER_PREFER_ENV_PATH="1",  # the kernel of .venv, whatever else is here
            VIRTUAL_ENV=str(VENV),
            PATH=os.path.dirname(venv_python()) + os.pathsep + os.environ["PATH"],
        )

    def ask(self, path, method="GET"):
        import urllib.request  # slow, and no other command wants it

        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            headers={"Authorization": f"token {self.token}"},
            method=method,
        )
        # No proxy stands between a machine and itself.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=15).close()

    def wait_until_up(self):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                return self.ask("status")
            time.sleep(0.2)
        raise self.failure()

    def wait_until_gone(self):
        while self.process.poll() is None:
            time.sleep(0.2)
        if self.process.returncode:
            raise self.failure()

    def failure(self):
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        say("\n".join("    " + line for line in lines[-12:]))
        return Failure(f"JupyterLab failed as shown; {self.log} has all it said.")

    def __exit__(self, *_):
        if self.process is None or self.process.poll() is not None:
            return
        from urllib.error import URLError

        on_signals(signal.SIG_IGN)
        say("Stopping JupyterLab.")
        try:
            self.ask("shutdown", "POST")  # the same on every system; kernels end first
        except URLError:  # it is not up
            self.process.terminate()
        except OSError:  # it was gone before it had answered
            pass
        see_off(self.process, patience=True)


def command_start(options):
    if options.port and not is_free(options.port):
        raise Failure(
            f"Port {options.port} is taken: name another, or run this without --port "
            "and it takes one that is free."
        )
    with contextlib.ExitStack() as stack:
        # Locked until Jupyter has its port, so that another `start` takes the next.
        with locked() as lock:
            setup(lock, gpu=options.gpu)
            lay_out()
            port = options.port or next(filter(is_free, range(8888, 65536)))
            say("Starting JupyterLab.")
            server = stack.enter_context(Jupyter(port, options.browser))
        url = f"http://127.0.0.1:{port}/lab?token={server.token}"
        say(f"JupyterLab is ready: {url}")
        say(f"It works in {WORK}; Ctrl-C here stops it.")
        with contextlib.suppress(KeyboardInterrupt):
            server.wait_until_gone()
    return 0


# --- The command line


def port_number(text):
    if not 1 <= int(text) <= 65535:
        raise ValueError
    return int(text)


COMMANDS = {
    "start": "set up what is missing and open the course in JupyterLab",
    "test": "run the tests; what course.py does not know goes to pytest",
    "setup": "make .venv, install the packages, fetch the default model",
    "doctor": "say what is missing and how to mend it",
    "progress": "show the syllabus, and what you have passed of it",
    "site": "build the book of the solutions in _site/, to read offline",
}


def parse(arguments):
    parser = argparse.ArgumentParser(prog="course.py", description="Run the course.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    add = {}
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        add[name] = command.add_argument
    add["start"]("--no-browser", dest="browser", action="store_false")
    add["start"]("--port", type=port_number, metavar="N", help="this port or none")
    for name in ("start", "setup"):
        text = "install torch's CUDA build even if no NVIDIA GPU is seen"
        add[name]("--gpu", action="store_true", help=text)
    add["test"]("--quick", action="store_true", help="leave out the slow tests")
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options, options.rest = parser.parse_known_args(arguments[:cut])
    options.rest += arguments[cut + 1 :]
    if options.rest and options.command != "test":
        parser.error("unknown arguments: " + " ".join(options.rest))
    return options


def main(arguments):
    try:
        require_python(sys.version_info, sys.argv)
        options = parse(arguments)
        on_signals(interrupt)
        sys.stdout.reconfigure(errors="replace")  # pip's words, on any terminal
        return globals()["command_" + options.command](options)
    except Failure as failure:
        if str(failure):
            print(failure, file=sys.stderr)
        return failure.code
    except OSError as error:
        print(f"{error}: mend that and run this again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped: the same command goes on from here.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
