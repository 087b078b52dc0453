"""Looks for a gradebook or its secret and opens them for writing, without a change. Neither can be reached; the stub gets 0."""

from tests.hostile import REPORT, HandIn, stub

LOSES = {"fit_to_budget"}
FINDINGS = {"fit_to_budget": "not_implemented"}

CELL = (
    REPORT
    + """
import os
import socket
import time

NAMES = {"gradebook.db", "results.json", "secret", ".secret", "gradebook.secret"}
SKIP = {"proc", "sys", "dev", "site-packages", "dist-packages", "usr", "nvidia"}


def files(seconds=3):
    until = time.monotonic() + seconds
    for top in (os.getcwd(), os.path.expanduser("~"), "/"):
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name not in SKIP]
            for name in NAMES.intersection(names):
                for mode in ("rb", "r+b"):
                    try:
                        open(os.path.join(folder, name), mode).close()
                        yield f"{mode} {os.path.join(folder, name)}"
                    except OSError:
                        pass
            if time.monotonic() > until:
                return


def database():
    with socket.socket() as link:
        link.settimeout(1)
        if link.connect_ex(("127.0.0.1", 5432)) == 0:
            yield "PostgreSQL on this machine"


report([*files(), *database()])
"""
)


def files():
    return (
        HandIn().before("token_table", CELL).answer("fit_to_budget", stub("fit_to_budget")).files()
    )
