"""Walks frames, threads, objects and the raw memory of its process for the hidden checks. None of them was ever in this process."""

from tests.hostile import REPORT, HandIn

LOSES: set[str] = set()

CELL = (
    REPORT
    + """
import gc
import re
import sys

# Words of a hidden check, written so that neither this source nor the pattern holds them in one piece.
WORDS = re.compile(rb"generation ended with the [f]irst row that ended|the table holds a [s]pecial token")
HIDDEN = ("autograde.checks", "autograde.exercise", "autograde.fixtures", "autograde.bank")


def in_frames():
    for frame in sys._current_frames().values():
        while frame is not None:
            if str(frame.f_globals.get("__name__")).startswith(HIDDEN):
                yield f"frame {frame.f_code.co_name}"
            frame = frame.f_back


def in_objects():
    for thing in gc.get_objects():
        try:
            if type(thing) is dict and str(thing.get("__name__")).startswith(HIDDEN):
                yield f"namespace {thing['__name__']}"
        except Exception:
            pass


def in_memory(limit=1 << 29, step=1 << 24):
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            place, mode, *_ = line.split()
            begin, end = (int(part, 16) for part in place.split("-"))
            if "r" not in mode or "w" not in mode or limit <= 0:
                continue
            for start in range(begin, end, step):
                try:
                    memory.seek(start)
                    part = memory.read(min(step, end - start))
                except (OSError, ValueError, OverflowError):
                    break
                limit -= len(part)
                if WORDS.search(part):
                    yield f"memory at {start:x}"


try:
    report([*in_frames(), *in_objects(), *in_memory()])
except OSError:
    report([])
"""
)


def files():
    return HandIn().before("infer", CELL).files()
