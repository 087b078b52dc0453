"""Forks students' kernels from a process that has imported all that they need.

    python -m autograde.student.forkserver START

`autograde.sandbox` runs it, inside bubblewrap, and asks over the open socket that START names. Each request brings the
socket of a new kernel; the fork puts walls of its own around itself, so that no kernel sees another, and gives up every
right before it runs a student's code. What a kernel may see: the packages, `utils`, the models, a home of its own.
"""

import contextlib
import ctypes
import fcntl
import gc
import json
import os
import signal
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import torch

from autograde.student import kernel

READY = b"R"
HERE = b"H"

# <linux/sched.h>, <linux/mount.h>, <linux/prctl.h>, <linux/capability.h>, <net/if.h>
NEW_MOUNTS, NEW_IPC, NEW_USERS = 0x20000, 0x8000000, 0x10000000
NEW_PIDS, NEW_NETWORK = 0x20000000, 0x40000000
NO_SUID, NO_DEVICES, BIND, RECURSIVE, PRIVATE = 2, 4, 4096, 16384, 1 << 18
DIE_WITH_PARENT, SET_DUMPABLE, DROP_BOUNDING_CAPABILITY = 1, 4, 24
CAPABILITIES_VERSION_3 = 0x20080522
LAST_CAPABILITY = 63
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1

_libc = ctypes.CDLL(None, use_errno=True)


def main(start: dict) -> None:
    server = socket.socket(fileno=start["socket"])
    server.set_inheritable(False)
    # No process of the same user can look into it, or change it.
    _call(_libc.prctl, SET_DUMPABLE, 0, 0, 0, 0)
    torch.set_num_threads(1)  # a fork has none of its parent's threads
    kernel.import_all()
    delivered = kernel.Snapshot()
    gc.collect()
    gc.freeze()  # a fork that collects garbage would copy all that it looks at
    if threading.active_count() > 1 or len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("a library has started a thread: forks would lack it")
    server.sendall(READY)
    while True:
        told, fds, _, _ = socket.recv_fds(server, 1 << 16, 1)
        if not told:
            return
        control = socket.socket(fileno=fds[0])
        child = os.fork()
        if child == 0:
            server.close()
            _become_kernel(json.loads(told), control, delivered)
        control.close()
        with contextlib.suppress(ChildProcessError):
            if start["isolated"]:
                os.waitpid(child, 0)  # it has forked the kernel, and gone
            else:
                os.waitpid(-1, os.WNOHANG)  # those that have ended


def _become_kernel(request: dict, control: socket.socket, delivered: kernel.Snapshot) -> NoReturn:
    """Never returns: this process, or its child behind the walls, runs the kernel to its end."""
    try:
        if request["isolated"]:
            _enter_walls(request, control)
        else:
            _call(_libc.prctl, DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
            control.sendall(HERE)
        os.environ["HOME"] = request["home"]
        os.chdir(request["home"])
        kernel.run(Path(request["folder"]), request["limits"], control, delivered)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


def _enter_walls(request: dict, control: socket.socket) -> None:
    """Return in a process that sees its own files and processes only, as an ordinary user without any right."""
    user = request["user"]
    walls = NEW_MOUNTS | NEW_IPC | NEW_PIDS | NEW_NETWORK
    _call(_libc.unshare, walls | NEW_USERS if user is None else walls)
    if user is None:
        _map_user(os.getuid(), os.getgid())
    if os.fork():
        os._exit(0)
    # The first process of its own namespace: with its end, everything in there ends.
    control.sendall(HERE)
    _mount_own(request)
    _loopback_up()
    _drop_rights(user)
    child = os.fork()
    if child == 0:
        return
    control.close()
    while True:
        if os.wait()[0] == child:
            os._exit(0)


def _mount_own(request: dict) -> None:
    """A disk of its own over every place where one can write, and of the shared folder its own part."""
    folder, home = Path(request["folder"]), Path(request["home"])
    files = [(os.open(path, os.O_PATH), Path(path).name) for path in request["files"]]
    own = os.open(folder, os.O_PATH)
    places = (Path("/tmp"), Path("/dev/shm"), home)
    covered = [
        (os.open(path, os.O_PATH), path)
        for path in map(Path, (sys.base_prefix, sys.prefix))
        if any(path.is_relative_to(place) for place in places)
    ]
    _mount(None, "/", None, RECURSIVE | PRIVATE)
    size = f"size={request['limits']['disk']}"
    for place in places:
        _mount("tmpfs", place, "tmpfs", NO_SUID | NO_DEVICES, f"{size},mode=1777")
    for packages, path in covered:
        path.mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{packages}", path, None, BIND)
        os.close(packages)
    folder.parent.mkdir(parents=True, exist_ok=True)  # it may have been below /tmp
    _mount("tmpfs", folder.parent, "tmpfs", NO_SUID | NO_DEVICES, "size=4096,mode=755")
    folder.mkdir()
    _mount(f"/proc/self/fd/{own}", folder, None, BIND)
    for file, name in files:
        (home / name).touch()
        _mount(f"/proc/self/fd/{file}", home / name, None, BIND)
        os.close(file)
    os.close(own)
    # Where a machine does not allow it, the one of all kernels stays, in which others' processes have numbers only.
    with contextlib.suppress(OSError):
        _mount("proc", "/proc", "proc", NO_SUID | NO_DEVICES)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16xh14x", fcntl.ioctl(any_socket, GET_FLAGS, request))[0]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def _map_user(user: int, group: int) -> None:
    _call(_libc.prctl, SET_DUMPABLE, 1, 0, 0, 0)  # else these files are root's
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    _call(_libc.prctl, SET_DUMPABLE, 0, 0, 0, 0)


def _drop_rights(user: int | None) -> None:
    """Capabilities out of every set, and another user where there is a right to become one."""
    for capability in range(LAST_CAPABILITY + 1):
        _libc.prctl(DROP_BOUNDING_CAPABILITY, capability, 0, 0, 0)  # fails beyond the last one
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    _call(_libc.capset, header, none)


def _mount(source: Any, target: Any, kind: str | None, flags: int, options: str = "") -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    _call(_libc.mount, *words, ctypes.c_ulong(flags), options.encode() or None)


def _call(function: Any, *arguments: Any) -> None:
    """Call a function of the system. Raises OSError where it fails."""
    if function(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}{arguments}: {os.strerror(number)}")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
