"""A student's kernel behind walls: what it may see, how much it may use, and how the judge talks to it.

The kernel is a real ipykernel inside bubblewrap: no network, nothing on its disk but Python, the packages, `utils` and the
models, an unprivileged user, and hard limits. The judge watches it from outside, where no code of the student's can lie:
CPU time, memory and processes come from the system, and who a connection belongs to does too.
"""

import atexit
import contextlib
import functools
import itertools
import json
import os
import queue
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

import autograde
import utils
from autograde.exercise import (
    Found,
    Lending,
    NoAnswer,
    OutOfMemory,
    Student,
    StudentTimeout,
)
from autograde.student import kernel
from autograde.student.data import plain
from autograde.student.wire import Malformed, receive, send


@dataclass(frozen=True)
class Limits:
    """What a notebook may use. Seconds of CPU time; of wall time PATIENCE times as much, because machines are shared."""

    call: float = 10.0  # one call of a student's function
    cell: float = 60.0
    notebook: float = 900.0
    memory: int = 4 << 30  # bytes resident, all processes together
    processes: int = 256
    output: int = 1_000_000  # bytes kept of what a cell shows
    file: int = 256 << 20  # bytes in one file
    disk: int = 512 << 20  # bytes in the home folder, and as many in /tmp


PATIENCE = 3  # wall seconds for a second of CPU time


class NoSandbox(RuntimeError):
    """This machine cannot isolate a student's code. The message says how it can."""


@dataclass
class Ran:
    """What a cell did: its outputs, and how it ended if it did not end by itself ("time", "memory", "died")."""

    outputs: list[NotebookNode] = field(default_factory=list)
    count: int | None = None
    stopped: str = ""


# --- walls ----------------------------------------------------------------------------------------------------------


@functools.cache
def why_not() -> str:
    """Why bubblewrap cannot be used here; empty where it can."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (on Debian and Ubuntu: apt install bubblewrap)"
    command = [*_namespaces(), "--ro-bind", "/", "/", "--", "true"]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if tried.returncode == 0:
        return ""
    return (
        f"bubblewrap cannot make a sandbox here ({tried.stderr.strip()[:200]}): user namespaces must be "
        "allowed, or the grader be started by root; the container of docs/grading.md has both"
    )


def require_sandbox(isolated: bool = True) -> None:
    """Raises NoSandbox where no student code can be run, or, if it is to be isolated, where that cannot be."""
    if sys.platform != "linux":
        raise NoSandbox(
            "a class is graded on Linux, where the system can limit and isolate what a notebook does; the container "
            "of docs/grading.md runs anywhere. `autograde check` judges one notebook on this machine."
        )
    if isolated and (reason := why_not()):
        raise NoSandbox(
            f"there is no sandbox: {reason}. Nothing was run. With --sandbox none the students' code runs "
            "as you, and can read and change whatever you can."
        )


def _namespaces() -> list[str]:
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--clearenv"]
    if os.geteuid() != 0:
        return [*command, "--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"]
    # Root needs no user namespace, and inside one it would still be root to the system. What is left to it here are the
    # rights to put walls around each kernel, which every kernel gives up before it runs anything of a student's.
    command += ["--cap-drop", "ALL"]
    for right in ("SETUID", "SETGID", "SYS_ADMIN", "NET_ADMIN"):
        command += ["--cap-add", f"CAP_{right}"]
    return command


HOME = Path("/student")
COURSE = Path("/opt/next-token")


def _walls(kernels: Path, files: Sequence[Path]) -> list[str]:
    """The command that runs a fork server of students' kernels in bubblewrap."""
    home, course = HOME, COURSE
    here = Path(autograde.__file__).parent
    shown = {
        Path(sys.base_prefix): Path(sys.base_prefix),
        Path(sys.prefix): Path(sys.prefix),
        here / "student": course / "autograde" / "student",
        Path(utils.__file__).parent: course / "utils",
        _models(): course / "models",
        **{file: course / "files" / file.name for file in files},
        **{fonts: home / ".cache" / "matplotlib" / fonts.name for fonts in _font_lists()},
    }
    small = ["--size", "16777216", "--perms", "1777", "--tmpfs"]  # each kernel has its own over it
    command = [*_namespaces(), "--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        if Path("/", name).is_symlink():
            command += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
        elif Path("/", name).exists():
            command += ["--ro-bind", f"/{name}", f"/{name}"]
    command += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    command += [*small, "/tmp", *small, "/dev/shm", *small, str(home)]
    made: set[Path] = {Path("/"), Path("/usr"), Path("/tmp"), home}
    for source, target in shown.items():
        if not source.exists():
            continue
        if any(target.is_relative_to(system) for system in ("/usr", "/lib", "/lib64")):
            continue  # shown already
        for parent in reversed(target.parents):  # bubblewrap would make them private to root
            if parent not in made and not any(parent.is_relative_to(t) for t in shown.values()):
                command += ["--perms", "0777" if parent.is_relative_to(home) else "0755"]
                command += ["--dir", str(parent)]
                made.add(parent)
        command += ["--ro-bind", str(source), str(target)]
    if here.is_relative_to(sys.prefix):  # installed, not a clone: the checks are among the packages
        command += ["--tmpfs", str(here)]
    command += ["--bind", str(kernels), str(kernels), "--chdir", str(home)]
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in _environment(home, course, course / "models").items():
        command += ["--setenv", name, value]
    return [*command, "--", sys.executable, "-P", "-m", FORK_SERVER]


def _environment(home: Path, path: Path, models: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(path),
        "PYTHONHASHSEED": "0",  # the same submission gets the same mark
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "NEXT_TOKEN_CACHE": str(models),
        "CUDA_VISIBLE_DEVICES": "",
    }


def _models() -> Path:
    from utils.prepare import cache_dir

    return cache_dir()


def _font_lists() -> list[Path]:
    """matplotlib's list of fonts, which takes it seconds to make."""
    import matplotlib
    import matplotlib.font_manager

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


_USERS = itertools.count(os.getpid() * 16)


def _another_user() -> int:
    """An id that no kernel has beside this one: processes are limited for each user, not for each kernel."""
    return 30_000 + next(_USERS) % 20_000


FORK_SERVER = "autograde.student.forkserver"


class _ForkServer:
    """A process behind walls that has imported what kernels need, and forks them. `folder` holds a folder for each."""

    START_SECONDS = 120.0

    def __init__(self, files: Sequence[Path], isolated: bool):
        self.files = [str(COURSE / "files" / file.name) for file in files]
        self.isolated = isolated
        with contextlib.ExitStack() as stack:
            self.folder = Path(tempfile.mkdtemp(prefix="kernels-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.folder.chmod(0o755)
            self.log = self.folder.with_suffix(".log")
            stack.callback(self.log.unlink, missing_ok=True)
            self.socket, theirs = socket.socketpair(socket.AF_UNIX)
            stack.callback(self.socket.close)
            if isolated:
                command, environment = _walls(self.folder, files), dict(os.environ)
            else:
                course = Path(autograde.__file__).parents[1]
                command = [sys.executable, "-P", "-m", FORK_SERVER]
                environment = _environment(self.folder, course, _models())
            with theirs, self.log.open("wb") as log:
                start = {"socket": theirs.fileno(), "isolated": isolated}
                self.process = subprocess.Popen(
                    [*command, json.dumps(start)],
                    cwd=self.folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            stack.callback(self._kill)
            self.socket.settimeout(self.START_SECONDS)
            try:
                started = self.socket.recv(1)
            except OSError:
                started = b""
            if not started:
                raise NoSandbox(f"the students' kernels cannot be started: {self.words()}")
            self._stack = stack.pop_all()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def words(self) -> str:
        """The last that it, or a kernel that did not come up, has said."""
        said = self.log.read_text("utf-8", errors="replace").strip()
        return said[-500:] or "(no word)"

    def fork(self, request: dict, control: socket.socket) -> None:
        socket.send_fds(self.socket, [json.dumps(request).encode()], [control.fileno()])

    def _kill(self) -> None:
        for pid in [self.process.pid, *_descendants(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self._stack.close()


_servers: dict[tuple, _ForkServer] = {}


def prepare_kernels(files: Iterable[Path], isolated: bool) -> _ForkServer:
    """What kernels with these files beside them are forked from: one, for as long as this process lives.

    Raises NoSandbox.
    """
    files = tuple(file.resolve() for file in files)
    key = (files, isolated, os.getpid())
    server = _servers.get(key)
    if server is not None and not server.alive:
        server.close()
        server = None
    if server is None:
        server = _servers[key] = _ForkServer(files, isolated)
    return server


@atexit.register
def _close_servers() -> None:
    for key, server in list(_servers.items()):
        if key[-1] == os.getpid():
            server.close()
    _servers.clear()


# --- the kernel, from outside ---------------------------------------------------------------------------------------


class Sandbox:
    """A student's kernel. A context manager: at its end, nothing of it is left.

    files: files of the release that lie beside the notebook.
    isolated: False runs the kernel as the user who grades, with their rights.
    """

    START_SECONDS = 120.0  # half a second, on a machine with nothing else to do

    def __init__(self, limits: Limits, files: list[Path], isolated: bool = True):
        self.limits = limits
        self.why_killed = ""  # "memory" or "notebook", where the watch ended the kernel
        self._used = 0.0
        self._started = time.monotonic()
        self._ended = 0.0
        self._serving: int | None = None  # the fork that answers calls
        self._fork_killed_for = ""
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self._start(stack, files, isolated)
            self._stack = stack.pop_all()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def _start(self, stack: contextlib.ExitStack, files: list[Path], isolated: bool) -> None:
        server = prepare_kernels(files, isolated)
        folder = Path(tempfile.mkdtemp(prefix="kernel-", dir=server.folder))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        user = _another_user() if isolated and os.geteuid() == 0 else None
        write_connection_file(str(folder / "c.json"), ip=str(folder / "z"), transport="ipc")
        home = HOME
        if not isolated:
            home = folder / "work"
            home.mkdir()
            for file in files:
                shutil.copy(file, home)
        if user is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, user, user)
        self._folder = folder
        self._control, theirs = _pair()
        stack.callback(self._control.close)
        request = {
            "isolated": isolated,
            "user": user,
            "folder": str(folder),
            "home": str(home),
            "files": server.files,
            "limits": asdict(self.limits),
        }
        with theirs:
            server.fork(request, theirs)
        # The first word comes from the process whose end is everything's, the second from the kernel once it is ready.
        self._top = _greeted(self._control, self.START_SECONDS)
        if self._top:
            self._end = os.pidfd_open(self._top)
            stack.callback(os.close, self._end)
            stack.callback(self.kill)
            self._pid = _greeted(self._control, self.START_SECONDS)
        if not (self._top and self._pid):
            raise NoSandbox(f"a student's kernel did not start: {server.words()}")
        self._connect(stack)
        self._expected = {path.name for path in folder.iterdir()}
        self._watching = threading.Event()
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()
        stack.callback(watch.join)
        stack.callback(self._watching.set)

    def _connect(self, stack: contextlib.ExitStack) -> None:
        context = zmq.Context()
        # A message larger than this ends the connection, before it is read.
        context.setsockopt(zmq.MAXMSGSIZE, 20 * self.limits.output)
        context.setsockopt(zmq.LINGER, 0)
        self._client = BlockingKernelClient(context=context)
        self._client.load_connection_file(str(self._folder / "c.json"))
        self._client.start_channels(stdin=False, hb=False)
        stack.callback(context.destroy, 0)
        stack.callback(self._client.stop_channels)
        self._client.wait_for_ready(timeout=self.START_SECONDS)

    @property
    def alive(self) -> bool:
        return not select.select([self._end], [], [], 0)[0]

    def kill(self) -> None:
        """End every process of the sandbox, whatever it does."""
        others = _descendants(self._top)
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._end, signal.SIGKILL)
        for pid in others:  # behind walls they have ended with it
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        select.select([self._end], [], [], 10.0)
        self._ended = self._ended or time.monotonic()

    @property
    def seconds(self) -> float:
        """What counts against the notebook's limit: CPU time, or its life by the wall over PATIENCE if that is more."""
        life = (self._ended or time.monotonic()) - self._started
        return max(self.cpu_seconds(), life / PATIENCE)

    def cpu_seconds(self) -> float:
        """CPU time that the sandbox's processes have used."""
        now = sum(map(_cpu_seconds, {self._top, *_descendants(self._top)}))
        self._used = max(self._used, now)  # what has ended may no longer be counted
        return self._used

    def end_strays(self) -> None:
        """End what cells have started and left running: every process but the kernel and the fork that serves."""
        fork = self._serving
        strays = _strays(self._top, self._pid, {fork, *_descendants(fork)} if fork else set())
        for pid in strays:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 2.0
        while any(map(_lives, strays)) and time.monotonic() < deadline:
            time.sleep(0.01)

    # ----- cells

    def run(self, source: str) -> Ran:
        """Run a cell in the kernel; stop it when it takes too long. Never raises for what the cell does."""
        ran = Ran()
        outputs = _Outputs(2 * self.limits.output + 10_000)  # the kernel cuts honest ones before
        request = self._client.execute(source, allow_stdin=False, stop_on_error=False)
        clock = _Clock(self.limits.cell, self.cpu_seconds)
        replied = idle = False
        told: float | None = None  # when the cell was asked to end, or said that it had
        while not (replied and idle):
            for message in self._messages(request):
                kind, content = message["msg_type"], message["content"]
                if kind == "execute_reply":
                    replied, ran.count = True, _count(content)
                    told = time.monotonic()
                    if _exits(content):  # `exit()` lets the kernel go on for a moment
                        ran.stopped = "died"
                elif kind == "status":
                    idle = idle or content.get("execution_state") == "idle"
                else:
                    outputs.add(message)
            if not self.alive:
                ran.stopped = ran.stopped or self.why_killed or "died"
                break
            if told is not None and time.monotonic() - told > 5.0:
                if not replied:
                    self.kill()  # it swallows interrupts, or sits in C
                break
            if not ran.stopped and not replied and clock.over():
                ran.stopped, told = "time", time.monotonic()
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGINT)
        ran.outputs = outputs.kept
        if ran.stopped == "died":
            self.kill()
        return ran

    def _messages(self, request: str) -> Iterator[dict]:
        """What has come for a request since the last look, which lasts 50 ms at most."""
        sockets = [self._client.iopub_channel.socket, self._client.shell_channel.socket]
        ready, _, _ = zmq.select(sockets, [], [], timeout=0.05)
        for get in (self._client.get_iopub_msg, self._client.get_shell_msg):
            for _ in range(200 if ready else 0):
                try:
                    message = get(timeout=0)
                except queue.Empty:
                    break
                except Exception:  # not a message of Jupyter's
                    continue
                if message.get("parent_header", {}).get("msg_id") == request:
                    yield message

    # ----- calls

    @contextlib.contextmanager
    def student(self) -> Iterator["Remote"]:
        """The student's names as they stand now, in a fork of the kernel that lives for this block."""
        if not self.alive:
            raise KernelDied
        self.end_strays()
        connection, theirs = _pair()
        with connection:
            try:
                with theirs:
                    socket.send_fds(self._control, [kernel.FORK], [theirs.fileno()])
            except OSError:
                raise KernelDied from None
            pid = _greeted(connection, 20.0)
            if not pid:
                self.kill()
                raise KernelDied
            self._fork_killed_for, self._serving = "", pid
            try:
                yield Remote(connection, pid, self.limits.call, lambda: self._fork_killed_for)
            finally:
                self._serving = None
                _kill_group(pid)
                self._reaped()

    def _reaped(self) -> None:
        """Wait until the kernel has buried its fork; a kernel that does not is ended itself."""
        self._control.settimeout(10.0)
        try:
            if self._control.recv(1) == kernel.GONE:
                return
        except OSError:
            pass
        self.kill()

    # ----- the watch

    def _watch(self) -> None:
        while not self._watching.wait(0.1):
            processes = _descendants(self._top)
            if set(os.listdir(self._folder)) - self._expected:
                self._stop("disk")  # nothing of a notebook's belongs there
            elif self.seconds > self.limits.notebook:
                self._stop("notebook")
            elif sum(map(_resident, processes)) > self.limits.memory:
                # Forks share memory, which the first sum counts again and again.
                shares = {pid: _share(pid) for pid in processes}
                if sum(shares.values()) > self.limits.memory:
                    self._relieve(shares)

    def _relieve(self, shares: dict[int, int]) -> None:
        """End who holds the most: the kernel, the fork that serves, or what cells have left running."""
        fork = self._serving
        family = {fork, *_descendants(fork)} if fork else set()
        strays = _strays(self._top, self._pid, family)
        held = {
            "kernel": shares.get(self._pid, 0),
            "fork": sum(shares.get(pid, 0) for pid in family),
            "strays": sum(shares.get(pid, 0) for pid in strays),
        }
        most = max(held, key=held.__getitem__)
        if most == "strays":
            self.end_strays()
        elif fork and most == "fork":
            self._fork_killed_for = "memory"
            _kill_group(fork)
        else:
            self._stop("memory")

    def _stop(self, why: str) -> None:
        self.why_killed = self.why_killed or why
        self.kill()


class KernelDied(Exception):
    """The student's kernel is gone, or does not answer any more."""


class Remote(Student):
    """A student whose functions live in a fork of a sandboxed kernel."""

    def __init__(self, connection: socket.socket, pid: int, seconds: float, killed_for: Any):
        super().__init__()
        self.connection = connection
        self.pid = pid
        self.seconds = seconds  # of CPU time for one call
        self.killed_for = killed_for
        self.stalled = (
            False  # a call was stopped that used little CPU time: the machine may have been busy
        )
        self.connection.settimeout(PATIENCE * seconds)

    def run(self, sources: Sequence[str], seconds: float) -> None:
        """Run cells in the fork before it is asked. Raises KernelDied if it does not live through them."""
        for source in sources:
            try:
                self.exchange({"do": "run", "source": source}, "a cell", Lending(), seconds)
            except Found:
                raise KernelDied from None

    def exchange(
        self, request: dict, shown: str, lending: Lending, seconds: float | None = None
    ) -> dict:
        self._clock = _Clock(seconds or self.seconds, lambda: _cpu_seconds(self.pid))
        self._shown = shown
        try:
            send(self.connection, request)
            while True:
                answer = receive(self)
                if type(answer) is not dict:
                    raise NoAnswer(shown)
                if "ask" not in answer:
                    return answer
                with self._clock.paused():
                    send(self.connection, self._reply(answer, lending))
        except TimeoutError:
            raise StudentTimeout(shown, self.seconds) from None
        except (EOFError, ConnectionError):
            if self.killed_for() == "memory":
                raise OutOfMemory(shown) from None
            raise Found(
                "crashed",
                f"{shown} ended the Python process. Look for `exit`, `os._exit` and endless recursion.",
            ) from None
        except Malformed:
            raise NoAnswer(shown) from None

    def recv(self, count: int) -> bytes:
        """For `receive`: the next bytes, unless the call has used up its time."""
        while not select.select([self.connection], [], [], 0.05)[0]:
            # A process that it started may hold its end of the connection open after it has died.
            if not _lives(self.pid) and not select.select([self.connection], [], [], 0)[0]:
                raise EOFError
            if self._clock.over():
                self.stalled = not self._clock.cpu_over
                raise StudentTimeout(self._shown, self.seconds)
        return self.connection.recv(count)

    def _reply(self, asked: dict, lending: Lending) -> dict:
        try:
            args = asked["args"]
            return {"reply": plain(lending.answer(asked["ask"], asked["method"], args))}
        except Exception as error:  # the student's code asked for what cannot be
            return {"failed": type(error).__name__, "text": str(error)[:1000]}


def _pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets: ours, which is told who speaks, and theirs, which an open file alone leads to."""
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return ours, theirs


def _greeted(connection: socket.socket, seconds: float) -> int:
    """The process at the other end, by the system's word, once it has said something; 0 if it does not."""
    if not select.select([connection], [], [], seconds)[0]:
        return 0
    size = struct.calcsize("3i")
    said, notes, _, _ = connection.recvmsg(1, socket.CMSG_SPACE(size))
    for _, kind, data in notes:
        if said and kind == socket.SCM_CREDENTIALS:
            return struct.unpack("3i", data)[0]
    return 0


class _Clock:
    """Whether a limit of CPU seconds is used up, or of PATIENCE times as many by the wall."""

    def __init__(self, limit: float, cpu: Any):
        self.limit, self._cpu = limit, cpu
        self._cpu_start, self._start = cpu(), time.monotonic()
        self._looked = 0.0
        self.cpu_over = False

    def over(self) -> bool:
        now = time.monotonic()
        if now - self._looked < 0.1:
            return False
        self._looked = now
        self.cpu_over = self._cpu() - self._cpu_start > self.limit
        return self.cpu_over or now - self._start > PATIENCE * self.limit

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """The wall's clock stands still while the judge works."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._start += time.monotonic() - start


class _Outputs:
    """The outputs of a cell, as a notebook keeps them, up to a number of bytes."""

    MOST = 500

    def __init__(self, room: int):
        self.kept: list[NotebookNode] = []
        self.room = room

    def add(self, message: dict) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "clear_output":
            self.kept.clear()
            return
        if kind not in ("stream", "display_data", "execute_result", "error"):
            return
        self.room -= len(json.dumps(content, default=str))
        if self.room < 0 or len(self.kept) >= self.MOST:
            return
        try:
            output = output_from_msg(message)
        except Exception:  # not what Jupyter's protocol says
            return
        last = self.kept[-1] if self.kept else None
        if kind == "stream" and last and last.get("name") == output.name:
            last["text"] += output.text
        else:
            self.kept.append(output)


def stopped_output(text: str) -> NotebookNode:
    """What stands below a cell that the grader stopped."""
    return new_output("stream", name="stderr", text=f"{text}\n")


def _exits(content: dict) -> bool:
    payload = content.get("payload")
    return type(payload) is list and {"source": "ask_exit", "keepkernel": False} in payload


def _count(content: dict) -> int | None:
    count = content.get("execution_count")
    return count if type(count) is int else None


# --- what the system says about processes ---------------------------------------------------------------------------


def _descendants(pid: int) -> list[int]:
    found = []
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        try:
            for thread in os.listdir(f"/proc/{parent}/task"):
                words = Path(f"/proc/{parent}/task/{thread}/children").read_text("ascii")
                waiting += map(int, words.split())
        except OSError:
            continue
        found.append(parent)
    return found[1:] if found and found[0] == pid else found


def _strays(top: int, kernel: int, family: Set[int]) -> list[int]:
    """The processes below `top` but the kernel, those that hold it, and the family of the fork that serves."""
    found = [pid for pid in _descendants(top) if pid != kernel and pid not in family]
    return [pid for pid in found if kernel not in _descendants(pid)]


def _cpu_seconds(pid: int) -> float:
    """CPU time of a process, its ended children included; 0 if it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace")
    except OSError:
        return 0.0
    fields = words.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _share(pid: int) -> int:
    """Bytes of memory of a process, those that it shares with others counted in parts."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _lives(pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace")
    except OSError:
        return False
    return words.rpartition(")")[2].split()[0] not in "ZX"


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
