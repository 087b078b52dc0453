"""Looks for hand-ins of others above, beside and below its folder and answers with their cells. There are none: 0."""

from tests.hostile import REPORT, HandIn

LOSES = {"greedy_generate"}

CELL = (
    REPORT
    + """
import glob
import json
import os
import tempfile


def notebooks():
    here = os.getcwd()
    tops = [here, os.path.dirname(here), os.path.dirname(os.path.dirname(here)), tempfile.gettempdir()]
    for top in tops:
        if top == "/":
            continue
        for depth in ("*", "*/*", "*/*/*", "submitted/*/*/*", "autograded/*/*/*"):
            for path in glob.iglob(os.path.join(glob.escape(top), depth + ".ipynb")):
                with open(path, encoding="utf-8") as file:
                    if "solution_of" + "_another" not in file.read():
                        yield os.path.abspath(path)


def solution_of_another():
    for path in notebooks():
        with open(path, encoding="utf-8") as file:
            for cell in json.load(file)["cells"]:
                source = "".join(cell["source"])
                if source.startswith("def greedy_generate("):
                    return source


report(notebooks())


def greedy_generate(*args):
    source = solution_of_another() or "not there"
    scope = {"torch": torch}
    exec(source, scope)
    return scope["greedy_generate"](*args)
"""
)


def files():
    return HandIn().answer("greedy_generate", CELL).files()
