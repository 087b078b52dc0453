"""The student's kernel: an ipykernel that forks at each test cell, and whose fork serves the judge.

    python -m autograde.student.kernel FOLDER START

`autograde.sandbox` runs it. START is JSON: which user to become, and the limits. FOLDER holds the connection file and the
judge's two sockets: `control`, over which it says "fork", and `calls`, to which each fork connects to be asked about one
exercise. What the fork does, and what happens to it, is gone with it: a hang, an exit or a patch during a call costs
nothing but that call.
"""

import builtins
import contextlib
import importlib
import io
import json
import os
import resource
import socket
import sys
import threading
import types
import warnings
from pathlib import Path
from typing import Any

FORK = b"F"
GONE = b"G"

# What exercises are written with. A cell that replaces a function of these spoils it for the whole process, so a fork
# puts them back before it serves.
LIBRARIES = (
    "builtins collections copy functools heapq itertools json math operator random re statistics string time typing "
    "numpy torch torch.nn torch.nn.functional torch.linalg torch.testing torch.random torch.autograd transformers "
    "utils.toy autograde.student.data autograde.student.lent autograde.student.servant autograde.student.wire"
).split()


def main(folder: Path, start: dict) -> None:
    _drop_privileges(start["user"])
    _set_limits(start["limits"])
    os.umask(0o077)
    # Imported here so that nothing that a notebook puts on its path is taken for them.
    import matplotlib  # noqa: F401
    import torch
    import transformers  # noqa: F401
    from ipykernel.kernelapp import IPKernelApp

    import utils  # noqa: F401

    # Forking a process that has started a pool of threads leaves the pool behind.
    torch.set_num_threads(1)
    control = socket.socket(socket.AF_UNIX)
    control.connect(str(folder / "control"))
    snapshot = _Snapshot()
    app = IPKernelApp.instance()
    app.initialize(["-f", str(folder / "c.json"), "--log-level=CRITICAL"])
    _cap_output(start["limits"]["output"])
    threading.Thread(
        target=_fork_when_told, args=(control, folder / "calls", snapshot), daemon=True
    ).start()
    app.start()


def _drop_privileges(user: int | None) -> None:
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)


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


class _Snapshot:
    """The functions and classes of LIBRARIES as they were delivered."""

    def __init__(self) -> None:
        modules: list[Any] = [importlib.import_module(name) for name in LIBRARIES]
        import torch

        from autograde.student import servant, wire
        from utils import toy

        modules += [torch.Tensor, torch.nn.Module, toy.ToyModel, servant.Servant, wire._Reader]
        kinds = (types.FunctionType, types.BuiltinFunctionType, type, types.ModuleType)
        self.saved = [
            (module, name, value)
            for module in modules
            for name, value in list(vars(module).items())
            # IPython puts its own `input` and `print` hooks into builtins after this.
            if isinstance(value, kinds) and not (module is builtins and name == "input")
        ]

    def restore(self) -> None:
        for module, name, value in self.saved:
            if vars(module).get(name) is not value:
                setattr(module, name, value)


def _cap_output(most: int) -> None:
    """Keep what a cell writes below `most` bytes: an honest cell that prints too much stays readable.

    It is no defence: what gets past it meets the judge's own limit.
    """
    from ipykernel.iostream import OutStream
    from IPython import get_ipython

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


def _fork_when_told(control: socket.socket, calls: Path, snapshot: _Snapshot) -> None:
    while control.recv(1) == FORK:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python 3.12 warns of forks beside threads
            child = os.fork()
        if child == 0:
            try:
                control.close()
                _serve(calls, snapshot)
            finally:
                os._exit(0)
        with contextlib.suppress(ChildProcessError):  # the student's code may have waited for it
            os.waitpid(child, 0)
        control.sendall(GONE)


def _serve(calls: Path, snapshot: _Snapshot) -> None:
    """Be asked about one exercise until the judge hangs up."""
    os.setpgid(0, 0)  # so that the judge can end it with all that it starts
    snapshot.restore()
    import torch
    from IPython import get_ipython
    from IPython.core.displaypub import CapturingDisplayPublisher

    from autograde.student.servant import AskFailed, Servant
    from autograde.student.wire import receive, send

    torch.set_num_threads(1)
    shell: Any = get_ipython()
    shell.display_pub = CapturingDisplayPublisher()
    sys.stdout = sys.stderr = _Nowhere()
    sys.stdin = io.StringIO()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(calls))

    def ask(number: int, method: str, args: tuple) -> Any:
        from autograde.student.data import plain

        send(connection, {"ask": number, "method": method, "args": plain(args)})
        reply = receive(connection)
        if "failed" in reply:
            raise AskFailed(reply["failed"], reply["text"])
        return reply["reply"]

    servant = Servant(shell.user_ns, ask)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            send(connection, servant.serve(receive(connection)))


class _Nowhere(io.TextIOBase):
    """Takes what a judged call prints: it is nobody's output."""

    def write(self, text: str) -> int:
        return len(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
