"""`autograde demo`: a synthetic class through the whole round, nothing written elsewhere, nothing lost on the way."""

import csv
import os
import subprocess
import sys

import pytest

from autograde import demo
from autograde.marks import read_marks
from autograde.submission import Refusal
from autograde.syllabus import ROOT, syllabus
from tests import pages
from tests.classes import results

linux = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a Linux program")


def play(folder) -> list[str]:
    """Run the command in `folder`; returns the lines that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "autograde", "demo", "--output", "round"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.splitlines()


@linux
@pytest.mark.slow
def test_the_whole_round_and_once_more(tmp_path):
    said = play(tmp_path)
    assert said[-1] == "round/marks/report/index.html"
    assert [path.name for path in tmp_path.iterdir()] == ["round"]
    marks = tmp_path / "round" / "marks"
    [marked] = read_marks(marks, [])
    assert set(marked.students) == {student.id for student in demo.CLASS}
    students = results(marks, demo.NOTEBOOK)["students"]
    assert {name for name, result in students.items() if result["status"] != "graded"} == {
        "broken-file"
    }
    # Each mistake is found by its name in the bank, and the others pass what they tried.
    found = {
        (name, exercise): finding["id"]
        for name, result in students.items()
        for exercise, each in result["exercises"].items()
        for finding in each["findings"]
        if finding["id"] not in ("not_implemented", "unreadable")
    }
    expected = {(s.id, exercise) for s in demo.CLASS for exercise in {**s.wrong, **s.own}}
    assert set(found) == expected
    assert found["never-ends", "sample"] == "timed_out"
    assert found["middling", "top_p_filter"] == "crossing_token_dropped"
    # What a person gave has come through, and who was late is known.
    assert [name for name, each in marked.students.items() if each.pending] == ["late"]
    assert marked.students["all-right"].by_hand == 3
    assert [name for name, each in marked.students.items() if each.seconds_late] == ["late"]
    for name in marked.students:
        page = marks / "feedback" / name / f"{demo.NOTEBOOK}.html"
        text = pages.check(page.read_text("utf-8")).text
        assert ("synthetic comment" in text) == (marked.students[name].by_hand > 0)
    report = (marks / "report" / "index.html").read_text("utf-8")
    text = pages.check(report, links=("#", "../feedback/")).text
    assert "twin-1 and twin-2: 100 % in common" in text and "1 pair of 14" in text
    with (marks / "export" / "csv.csv").open(newline="", encoding="utf-8") as file:
        exported = {row["student"]: float(row["total"]) for row in csv.DictReader(file)}
    assert exported == {name: each.total for name, each in marked.students.items()}

    again = play(tmp_path)  # goes on where it was
    assert "15 as before" in " ".join(again)
    assert {n: each.total for n, each in read_marks(marks, [])[0].students.items()} == exported


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Refusal, match="holds something else"):
        demo.play(tmp_path, print)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_a_clone_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "SUBMISSIONS", tmp_path / "none")
    with pytest.raises(Refusal, match="needs a clone"):
        demo.play(tmp_path / "demo", print)


def test_the_class_is_of_this_notebook_and_its_bank():
    notebook = syllabus().notebook(demo.NOTEBOOK)
    for student in demo.CLASS:
        sources = demo._sources(student, notebook)
        assert len(sources) >= len(notebook.exercises) - student.left
        assert not any(source.startswith("# wrong") for source in sources.values())
