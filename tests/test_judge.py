"""The hidden checks give the same marks wherever the student's code runs: here, behind walls, or under stock nbgrader."""

import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade

from autograde.bank import Answer, answers, grade_id, imports
from autograde.build import read_source
from autograde.marking import FIXED_SECRET, judge
from autograde.sandbox import Limits, Sandbox
from autograde.syllabus import ROOT, Notebook, syllabus
from tests.notebooks import nbgrader

pytestmark = pytest.mark.slow

BANK = [(notebook, answer) for notebook in syllabus().notebooks for answer in answers(notebook)]


@pytest.fixture(scope="module")
def box():
    with Sandbox(Limits(), []) as box:
        for notebook in syllabus().notebooks:
            assert not box.run(imports(notebook)).stopped
        yield box


@pytest.mark.parametrize(
    ("notebook", "answer"), BANK, ids=[f"{n.folder}/{a.name}" for n, a in BANK]
)
def test_behind_walls_as_here(box, notebook, answer):
    here = answer.judged()
    with box.student() as student:
        student.run([answer.source], seconds=60)
        there = judge(answer.exercise, student, FIXED_SECRET)
    assert (there.score, there.problem) == (here.score, None)
    assert [f.id for f in there.findings] == [f.id for f in here.findings]
    assert (there.findings[0].id if there.findings else None) == answer.finding


# --- a notebook's bank as one hand-in to stock nbgrader: each answer in a cell, each followed by its test


def few(notebook: Notebook) -> list[Answer]:
    """Two right and two wrong answers of every exercise."""
    found: dict[tuple, list[Answer]] = {}
    for answer in answers(notebook):
        found.setdefault((answer.exercise, answer.finding is None), []).append(answer)
    return [answer for group in found.values() for answer in group[:2]]


def pytest_generate_tests(metafunc):
    if "stock" in metafunc.fixturenames:
        chosen = answers if metafunc.config.getoption("whole_bank") else few
        cases = [(n, a) for n in syllabus().notebooks for a in chosen(n)]
        names = [f"{n.folder}/{a.name}" for n, a in cases]
        metafunc.parametrize(("notebook", "answer"), cases, ids=names)


def cell_name(answer: Answer) -> str:
    return f"{answer.exercise}__{answer.path.stem}"


def assignment(notebook: Notebook, chosen: list[Answer]) -> nbformat.NotebookNode:
    cells = {grade_id(cell): cell for cell in read_source(notebook).cells if grade_id(cell)}
    nb = new_notebook(cells=[new_code_cell(imports(notebook))])
    for answer in chosen:
        for prefix in ("", "test_"):
            cell = nbformat.from_dict(cells[prefix + answer.exercise])
            cell.metadata["nbgrader"]["grade_id"] = prefix + cell_name(answer)
            cell.id = grade_id(cell).replace(".", "-")[:64]
            nb.cells.append(cell)
    return nb


@pytest.fixture(scope="module")
def stock(tmp_path_factory, request):
    """notebook's folder -> name of a test cell -> the cell after `nbgrader autograde`."""
    folder = tmp_path_factory.mktemp("stock")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    tests = {}
    for notebook in syllabus().notebooks:
        chosen = (answers if request.config.getoption("whole_bank") else few)(notebook)
        name = notebook.folder
        source = folder / "solutions" / name / f"{name}.ipynb"
        source.parent.mkdir(parents=True)
        nbformat.write(assignment(notebook, chosen), source)
        nbgrader("generate_assignment", name, cwd=folder)
        nb = nbformat.read(folder / "course" / name / f"{name}.ipynb", as_version=4)
        sources = {cell_name(answer): answer.source for answer in chosen}
        for cell in nb.cells:
            cell.source = sources.get(grade_id(cell), cell.source)
        hand_in = folder / "submitted" / "bank" / name / f"{name}.ipynb"
        hand_in.parent.mkdir(parents=True)
        nbformat.write(nb, hand_in)
        nbgrader("autograde", name, cwd=folder)
        path = folder / "autograded" / "bank" / name / f"{name}.ipynb"
        tests[name] = {grade_id(cell): cell for cell in nbformat.read(path, as_version=4).cells}
    return tests


def test_under_stock_nbgrader_as_here(stock, notebook, answer):
    cell = stock[notebook.folder]["test_" + cell_name(answer)]
    score, most = determine_grade(cell)
    points = notebook.points.get(answer.exercise, 0)
    assert (score, most) == (0 if answer.finding else points, points)
    said = "".join(output.get("text", "") for output in cell.outputs)
    assert re.findall(r"\[(\w+)\]$", said, re.M) == [answer.finding] * bool(answer.finding)
