"""The last cell: what it says of a notebook's file, in Jupyter, in Colab and where something is wrong."""

import copy
import json
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import nbformat
import pytest

import utils
from autograde.syllabus import syllabus
from tests.notebooks import grade_id, released, solved, with_answers
from utils import handin

NOTEBOOKS = syllabus().notebooks
FIRST, SECOND = NOTEBOOKS[:2]


@pytest.fixture
def report(tmp_path, monkeypatch, capsys):
    """What the last cell says of a notebook (or of the text of its file) that runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)

    def run(nb=None, name: str = "mine.ipynb") -> list[str]:
        if nb is not None:
            text = nb if isinstance(nb, str) else nbformat.writes(nb)
            Path(name).write_text(text, encoding="utf-8")
        utils.hand_in_report()
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out.splitlines()

    return run


def answered(source: str, name: str = "left_pad") -> bool:
    return handin._lack(name, source) == ""


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.folder)
def test_nothing_is_answered_in_a_release_and_everything_in_a_solution(report, notebook):
    said = report(released(notebook))
    assert said[0] == f"0 of {len(notebook.points)} answered"
    assert said[1] == f"  still open: {', '.join(notebook.points)}"
    assert (f"  still open: {', '.join(notebook.bonus)}" in said) == bool(notebook.bonus)
    assert "All cells that count are there." in said
    said = report(solved(notebook))
    assert said[0] == f"{len(notebook.points)} of {len(notebook.points)} answered"
    assert not any("still open" in line for line in said)


def test_some_are_answered(report):
    answers = {"marked_document": 'marked_document = "a|b"', "ngram_counts": "def ngram_counts(:"}
    nb = with_answers(FIRST, answers)
    next(c for c in nb.cells if grade_id(c) == "reflect_muddiest").source = "Beams, at first."
    said = report(nb)
    assert said[0] == "1 of 8 answered"
    assert said[1].startswith("  still open: next_token_table, greedy_transcript, ")
    assert said[2] == "  Python cannot read it: ngram_counts"
    assert said[3] == "Still without your words: reflect_connection"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def left_pad(x):\n    return x", True),
        ("%timeit 1\ndef left_pad(x):\n    return x", True),
        ("left_pad = lambda x: x", True),
        ("left_pad: list = [1]", True),
        ("if True:\n    def left_pad(x):\n        return x", True),
        # The line of the release, left standing behind an answer.
        (
            'def left_pad(x):\n    return x\n    raise NotImplementedError("exercise left_pad: …")',
            True,
        ),
        ('def left_pad(x):\n    raise NotImplementedError("exercise left_pad: …")', False),
        (
            'def left_pad(x):\n    y = x\n    raise NotImplementedError("exercise left_pad: …")',
            False,
        ),
        ('class left_pad:\n    raise NotImplementedError("exercise left_pad: …")', False),
        (
            'class left_pad:\n    def put(self):\n        raise NotImplementedError("not here")',
            True,
        ),
        ("left_pad = None  # exercise left_pad: your answer goes here", False),
        ("left_pad = None\nleft_pad = 3", True),
        ("", False),
        ("def other(x):\n    return x", False),
    ],
)
def test_what_counts_as_answered(source, expected):
    assert answered(source) == expected


@pytest.mark.filterwarnings("ignore:Non-unique cell id")
def test_cells_that_are_lost_or_doubled_are_named(report):
    nb = released(SECOND)
    nb.cells = [cell for cell in nb.cells if grade_id(cell) != "test_encode_chat"]
    nb.cells.append(copy.deepcopy(next(c for c in nb.cells if grade_id(c) == "infer")))
    said = report(nb)
    assert "Lost: test_encode_chat. Undo, or copy your answers into a fresh notebook." in said
    assert "There twice: infer. Delete the copies." in said
    assert "All cells that count are there." not in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"cells": [ hand_in_report()', "mine.ipynb is not whole: save the notebook"),
        ('{"cells": [], "x": "hand_in_report()", "metadata": {}}', "No cell here is marked"),
        ('{"x": "hand_in_report()"}', "could not be looked at (KeyError: 'cells')."),
        ('["hand_in_report()"]', "could not be looked at (TypeError"),
    ],
)
def test_a_damaged_file_is_one_sentence(report, text, sentence):
    assert sentence in report(text)[0]


def test_no_file_at_all(report, tmp_path):
    assert report() == [
        f"The notebook's file is not in {tmp_path}: save it there and run this again."
    ]


def test_jupyter_says_which_file_and_otherwise_the_newest_is_it(report, monkeypatch):
    report(solved(FIRST), "old.ipynb")
    os.utime("old.ipynb", (1, 1))
    assert report(released(FIRST), "new.ipynb")[0] == "0 of 8 answered"
    monkeypatch.setenv("JPY_SESSION_NAME", str(Path("old.ipynb").resolve()))
    said = report()
    assert said[0] == "8 of 8 answered" and said[-2].startswith("old.ipynb was saved at ")
    monkeypatch.setenv("JPY_SESSION_NAME", str(Path("renamed.ipynb").resolve()))
    assert report()[0] == "0 of 8 answered"


def test_what_was_run_and_not_saved_is_said(report, monkeypatch):
    nb = solved(SECOND)
    source = {grade_id(cell): cell.source for cell in nb.cells}
    ran = [source["left_pad"], source["infer"] + "\n"]
    shell = SimpleNamespace(user_ns={}, history_manager=SimpleNamespace(input_hist_raw=ran))
    monkeypatch.setattr(handin, "_shell", lambda: shell)
    assert report(nb)[-1] == "Changed anything since? Save, and run this cell again."
    ran += [source["left_pad"].replace("return", "return  # better\n    return", 1), "left_pad([])"]
    assert (
        report(nb)[-1] == "What you ran last is not in it: left_pad. Save, and run this cell again."
    )


@pytest.fixture
def colab(monkeypatch):
    """A stand-in for Colab, whose browser shows the notebook that is put into `shown`."""
    shown: list = []
    message = ModuleType("google.colab._message")
    message.blocking_request = lambda *_, **__: {"ipynb": shown[0]} if shown else None
    package = ModuleType("google.colab")
    package._message = message
    for name, module in {"google": ModuleType("google"), "google.colab": package}.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setitem(sys.modules, "google.colab._message", message)
    return shown


def test_in_colab_the_notebook_comes_from_the_browser(report, colab):
    assert report() == ["Colab did not answer: run this cell again."]
    nb = json.loads(
        nbformat.writes(with_answers(FIRST, {"marked_document": "marked_document = 'a'"}))
    )
    for number, cell in enumerate(nb["cells"]):  # as Colab keeps them
        del cell["id"]
        cell["metadata"] |= {"id": f"{number:012d}", "executionInfo": {"status": "ok"}}
    colab.append(nb)
    said = report()
    assert said[0] == "1 of 8 answered"
    assert said[-2:] == [
        "To keep your work: File → Save a copy in Drive.",
        "To hand it in: File → Download → Download .ipynb.",
    ]
