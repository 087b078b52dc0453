"""Imports the hidden checks and the reference solutions and answers with them. They are not there to be imported: 0."""

from tests.hostile import REPORT, HandIn

LOSES = {"left_pad"}

CELL = (
    REPORT
    + """
import importlib
import sys


def hidden():
    for name in (
        "autograde.checks",
        "autograde.checks.inference_pipeline",
        "autograde.bank",
        "autograde.fixtures",
        "solutions",
        "tests.notebooks",
    ):
        try:
            importlib.import_module(name)
            yield name
        except Exception:
            pass
    for name in list(sys.modules):
        if name.startswith(("autograde.checks", "autograde.bank", "autograde.fixtures")):
            yield name


report(hidden())


def left_pad(sequences, pad_token_id):
    report(hidden())
    from autograde.bank import solutions
    from autograde.syllabus import syllabus

    scope = {"torch": torch}
    exec(solutions(syllabus().notebook("01_inference_pipeline"))["left_pad"], scope)
    return scope["left_pad"](sequences, pad_token_id)
"""
)


def files():
    return HandIn().answer("left_pad", CELL).files()
