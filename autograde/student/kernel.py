"""The student's kernel: an ipykernel that forks at each test cell, and whose fork serves the judge.

`autograde.student.forkserver` runs it. Over its control socket the judge says "fork" and hands each fork a socket of its
own, to be asked about one exercise. What the fork does, and what happens to it, is gone with it: a hang, an exit or a
patch during a call costs nothing but that call.
"""

import builtins
import contextlib
import gc
import importlib
import io
import os
import resource
import signal
import socket
import sys
import threading
import traceback
import types
import warnings
from pathlib import Path
from typing import Any

# All that is ever needed is imported here: nothing that a notebook puts in its place is taken for it.
import matplotlib  # noqa: F401
import torch
import transformers  # noqa: F401
from ipykernel.iostream import OutStream
from ipykernel.kernelapp import IPKernelApp
from IPython import get_ipython
from IPython.core.displaypub import CapturingDisplayPublisher

from autograde.student import servant, wire
from autograde.student.data import plain
from autograde.student.servant import AskFailed, Servant
from autograde.student.wire import receive, send
from utils import toy

# As delivered: a notebook may put something else in their place.
OS = types.SimpleNamespace(**vars(os))
INT, ORDER = int, sys.byteorder

HERE = b"H"
FORK = b"F"
GONE = b"G"

# What exercises are written with. A cell that replaces a function of these spoils it for the whole process, so a fork
# puts them back before it serves.
LIBRARIES = (
    "builtins collections copy functools heapq itertools json math operator random re statistics string time typing "
    "numpy torch torch.nn torch.nn.functional torch.linalg torch.testing torch.random torch.autograd transformers "
    "utils.toy autograde.student.data autograde.student.lent autograde.student.servant autograde.student.wire"
).split()
IMPORTED = (
    "matplotlib.pyplot matplotlib_inline.backend_inline ipywidgets pandas transformers.models.llama "
    "transformers.models.gpt2 transformers.cache_utils transformers.generation utils.models utils.plotting "
    "sklearn.feature_extraction.text sklearn.linear_model sklearn.metrics sklearn.pipeline scipy.stats llguidance.hf llguidance.torch"
).split()


def run(folder: Path, limits: dict, control: socket.socket, delivered: "Snapshot") -> None:
    """Be the kernel of Jupyter's connection file in `folder`, until its end."""
    with open(os.dup(2), "w") as words:
        # What a notebook writes there would fill a disk.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            app = _started(folder, limits)
        except BaseException:
            traceback.print_exc(file=words)
            raise
    threading.Thread(target=_fork_when_told, args=(control, delivered), daemon=True).start()
    control.sendall(HERE)
    app.start()


def _started(folder: Path, limits: dict) -> IPKernelApp:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _set_limits(limits)
    os.umask(0o077)
    app = IPKernelApp.instance()
    app.initialize(["-f", str(folder / "c.json"), "--log-level=CRITICAL"])
    _interrupt_cells_only(app.kernel)
    _cap_output(limits["output"])
    # Python 3.12 warns of forks beside threads.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    return app


def import_all() -> None:
    """What notebooks and kernels import sooner or later: once for all that are forked from here."""
    for name in IMPORTED:
        importlib.import_module(name)


def _set_limits(limits: dict) -> None:
    """Hard limits, which no student's code can raise. The judge's own watch is stricter; these hold between its looks."""
    for name, value in (
        ("RLIMIT_NPROC", limits["processes"]),
        ("RLIMIT_FSIZE", limits["file"]),
        ("RLIMIT_AS", 4 * limits["memory"]),
        ("RLIMIT_CPU", int(limits["notebook"]) + 60),
        ("RLIMIT_NOFILE", 1024),
        ("RLIMIT_CORE", 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a stricter one is in force already
            resource.setrlimit(getattr(resource, name), (value, value))


class Snapshot:
    """The functions and classes of LIBRARIES as they were delivered."""

    def __init__(self) -> None:
        self.imported = dict(sys.modules)
        modules: list[Any] = [importlib.import_module(name) for name in LIBRARIES]
        kinds = (types.FunctionType, types.BuiltinFunctionType, type, types.ModuleType)
        self.saved = [
            (module, name, value)
            for module in modules
            for name, value in list(vars(module).items())
            # IPython puts an `input` of its own into builtins after this.
            if isinstance(value, kinds) and not (module is builtins and name == "input")
        ]
        classes = [torch.Tensor, torch.nn.Module, toy.ToyModel, servant.Servant, wire._Reader]
        self.classes = [(kind, dict(vars(kind))) for kind in classes]

    def restore(self, vars: Any = vars, setattr: Any = setattr, delattr: Any = delattr) -> None:
        """Put them back. The builtins that it takes to do so are those of now, when this module is read."""
        for name, module in self.imported.items():
            if sys.modules.get(name) is not module and name != "__main__":
                sys.modules[name] = module
        for module, name, value in self.saved:
            if vars(module).get(name) is not value:
                setattr(module, name, value)
        for kind, delivered in self.classes:
            for name in [name for name in vars(kind) if name not in delivered]:
                delattr(kind, name)  # it hides what the class inherits
            for name, value in delivered.items():
                if vars(kind)[name] is not value:
                    setattr(kind, name, value)


def _interrupt_cells_only(ipykernel: Any) -> None:
    """An interrupt ends a cell; one that comes as the cell has just ended must not end the kernel."""
    cells = ipykernel.shell.user_ns

    def interrupt(number: int, frame: Any) -> None:
        while frame is not None:
            if frame.f_globals is cells:
                raise KeyboardInterrupt
            frame = frame.f_back

    ipykernel.pre_handler_hook = lambda: signal.signal(signal.SIGINT, interrupt)
    ipykernel.post_handler_hook = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)


def _cap_output(most: int) -> None:
    """Keep what a cell writes below `most` bytes: an honest cell that prints too much stays readable.

    It is no defence: what gets past it meets the judge's own limit.
    """
    shell: Any = get_ipython()
    room = {"left": most}
    write = OutStream.write

    def capped(stream: Any, text: str) -> int | None:
        if isinstance(text, str) and len(text) > room["left"]:
            text = text[: max(room["left"], 0)] + ("\n[output cut]\n" if room["left"] > 0 else "")
            room["left"] = -1
        elif isinstance(text, str):
            room["left"] -= len(text)
        return write(stream, text) if text else 0

    def small_enough(message: dict) -> dict | None:
        room["left"] -= 200
        if message.get("msg_type") in ("display_data", "update_display_data", "execute_result"):
            data = message["content"].get("data", {})
            room["left"] -= sum(len(v) if isinstance(v, str) else 100 for v in data.values())
        return message if room["left"] > 0 else None

    OutStream.write = capped  # type: ignore[method-assign, assignment]
    shell.display_pub.register_hook(small_enough)
    shell.events.register("pre_execute", lambda: room.update(left=most))


def _fork_when_told(control: socket.socket, delivered: Snapshot) -> None:
    os = OS
    while True:
        told, notes, _, _ = control.recvmsg(1, 256)
        if told != FORK or not notes:
            return
        connection = INT.from_bytes(notes[0][2][:4], ORDER)
        _bury_children(os)
        try:
            child = os.fork()
        except OSError:  # the notebook has used up its processes
            os.close(connection)
            control.sendall(GONE)
            continue
        if child == 0:
            try:
                delivered.restore()
                _serve(socket.socket(fileno=connection))
            finally:
                os._exit(0)
        os.close(connection)
        try:
            os.waitpid(child, 0)
        except ChildProcessError:  # the student's code may have waited for it
            pass
        control.sendall(GONE)


def _bury_children(os: Any) -> None:
    """Forget the processes that cells have left and the judge has ended: dead, they still count."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve(connection: socket.socket) -> None:
    """Be asked about one exercise until the judge hangs up."""
    os.setpgid(0, 0)  # so that the judge can end it with all that it starts
    _close_all_but(connection.fileno())
    torch.set_num_threads(1)
    torch.set_default_device(None)
    shell: Any = get_ipython()
    shell.display_pub = CapturingDisplayPublisher()
    sys.stdout = sys.stderr = _Nowhere()
    sys.stdin = io.StringIO()
    # A collection need not look at all that was there before: with torch, that takes a quarter of a second.
    gc.freeze()
    connection.sendall(HERE)

    def ask(number: int, method: str, args: tuple) -> Any:
        send(connection, {"ask": number, "method": method, "args": plain(args)})
        reply = receive(connection)
        if "failed" in reply:
            raise AskFailed(reply["failed"], reply["text"])
        return reply["reply"]

    ours = Servant(shell.user_ns, ask, shell.run_cell)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            send(connection, ours.serve(receive(connection)))


def _close_all_but(kept: int) -> None:
    """Close what the fork has inherited: what is written there would come from the kernel."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(3, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


class _Nowhere(io.TextIOBase):
    """Takes what a judged call prints: it is nobody's output."""

    def write(self, text: str) -> int:
        return len(text)
