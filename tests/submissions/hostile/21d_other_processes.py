"""Looks into the environment, arguments, open files and folders of other processes for the grader's things. It may see none of them."""

from tests.hostile import REPORT, HandIn

LOSES: set[str] = set()

CELL = (
    REPORT
    + """
import os
import re

# Names only: what a value says is nobody's business, even where this works.
SECRET = re.compile(rb"(?:^|\\0)([A-Z_]*(?:TOKEN|SECRET|PASSWORD|API_KEY)[A-Z_]*)=[^\\0]")
GRADER = re.compile(r"gradebook|/submitted/|results\\.json|/checks/|/solutions/|\\bsecret")


def others():
    for name in os.listdir("/proc"):
        if name.isdigit():
            yield name


def found():
    for pid in others():
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                for match in SECRET.finditer(file.read()):
                    yield f"environment of {pid}: {match[1].decode()}"
        except OSError:
            pass
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().replace(b"\\0", b" ").decode(errors="replace")
            if GRADER.search(words):
                yield f"arguments of {pid}: {words[:100]}"
        except OSError:
            pass
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                target = os.readlink(f"/proc/{pid}/fd/{number}")
                if GRADER.search(target):
                    yield f"open file of {pid}: {target}"
            for entry in os.listdir(f"/proc/{pid}/root"):
                if entry not in os.listdir("/"):
                    yield f"another root of {pid}: {entry}"
        except OSError:
            pass


report(found())
"""
)


def files():
    return HandIn().before("token_table", CELL).after("test_infer", CELL).files()
