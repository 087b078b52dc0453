"""Leaves a daemon behind, detached by two forks and a session of its own, that sleeps for a minute. Nothing of it may outlive the run."""

from tests.hostile import HandIn

LOSES: set[str] = set()

# What a test looks for among the processes after the run; put together, so that only the daemon has it.
NAME = "hostile-daemon"

CELL = """
import os
import sys

if os.fork() == 0:
    try:
        os.setsid()
        if os.fork() == 0:
            name = "hostile" + "-daemon"
            code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
            os.execv(sys.executable, [sys.executable, "-c", code, name])
    finally:
        os._exit(0)
"""


def files():
    return HandIn().before("token_table", CELL).last(CELL).files()
