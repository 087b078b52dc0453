"""Looks for unix sockets of a grader in the usual folders and in /proc/net/unix, and sends verdicts to those. Nobody listens to it."""

from tests.hostile import REPORT, HandIn, stub

LOSES = {"fit_to_budget"}
FINDINGS = {"fit_to_budget": "not_implemented"}

CELL = (
    REPORT
    + """
import json
import os
import re
import socket
import stat
import tempfile

OURS = re.compile(r"autograde|next.?token|judge|verdict|grader|gradebook")
text = json.dumps({"name": "fit_to_budget", "score": 3.0, "passed": True, "findings": []}).encode()


def sockets():
    for top in {os.getcwd(), tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR", "/run/user")}:
        for folder, folders, names in os.walk(top):
            if folder.count("/") - top.count("/") > 3:
                folders.clear()
            for name in names:
                path = os.path.join(folder, name)
                try:
                    if stat.S_ISSOCK(os.stat(path).st_mode):
                        yield path
                except OSError:
                    pass
    try:
        with open("/proc/net/unix") as table:
            for line in table:
                name = line.split()[-1]
                if name.startswith("@"):
                    yield "\\0" + name[1:]
                elif name.startswith("/"):
                    yield name
    except OSError:
        pass


reached = []
for path in sorted(set(sockets())):
    if not OURS.search(path):
        continue
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_UNIX, kind) as link:
            link.settimeout(1)
            try:
                link.connect(path)
                link.send(len(text).to_bytes(4, "big") + text + b"\\n")
                reached.append(path)
            except OSError:
                pass
report(reached)
"""
)


def files():
    return (
        HandIn().before("token_table", CELL).answer("fit_to_budget", stub("fit_to_budget")).files()
    )
