"""Opens the course's helpers, the interpreter's own modules and the model for writing, without a change. None of them may be writable."""

from tests.hostile import REPORT, HandIn

LOSES: set[str] = set()

CELL = (
    REPORT
    + """
import json
import os
import sys

import torch
import transformers
import utils


def writable():
    paths = [module.__file__ for module in (json, os, torch, transformers, utils)]
    folder = os.path.dirname(utils.__file__)
    paths += [os.path.join(folder, name) for name in os.listdir(folder)]
    paths += [sys.executable, "/etc/passwd", "/etc/hosts", "/etc/resolv.conf"]
    for path in paths:
        try:
            if os.path.isfile(path):
                open(path, "r+b").close()
                yield path
        except OSError:
            pass
    for folder in {os.path.dirname(path) for path in paths}:
        if os.access(folder, os.W_OK):
            yield folder


report(writable())
"""
)


def files():
    return HandIn().before("token_table", CELL).after("test_token_table", CELL).files()
