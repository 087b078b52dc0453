"""Searches the disk for solutions, checks and secrets, in a cell and again during a call. Nothing of them is there; the stub gets 0."""

from tests.hostile import REPORT, HandIn

LOSES = {"infer"}
FINDINGS = {"infer": "raised"}

SEARCH = (
    REPORT
    + """
import os
import re
import sys
import time

import utils

WANTED = re.compile(
    r"/autograde/checks/\\w+\\.py$|/solutions/\\d\\d_.+\\.(py|ipynb)$|/autograde/bank\\.py$"
    r"|/submissions/\\w+/\\w+/(right|wrong)_\\w+\\.py$"
)
SKIP = {"proc", "sys", "dev", "site-packages", "dist-packages", "node_modules", "nvidia"}


def search(seconds=5):
    until = time.monotonic() + seconds
    course = os.path.dirname(os.path.dirname(utils.__file__))
    for top in (os.getcwd(), course, os.path.expanduser("~"), *sys.path, "/"):
        for folder, folders, names in os.walk(top or "."):
            folders[:] = [name for name in folders if name not in SKIP]
            for name in names:
                path = os.path.join(folder, name)
                if WANTED.search(path) and os.access(path, os.R_OK):
                    yield path
            if time.monotonic() > until:
                return


"""
)
INFER = """
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    found = "; ".join(search(1))[:200]
    raise LookupError("LEAK" + "<<" + found + ">>")
"""


def files():
    return (
        HandIn()
        .before("token_table", f"{SEARCH}report(search())")
        .answer("infer", SEARCH + INFER)
        .files()
    )
