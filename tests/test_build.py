"""One source, the same bytes every time, and nothing of a solution in what is released."""

import ast
import dataclasses
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from autograde import build, syllabus
from autograde.release import SOLUTION_ONLY, release_text, stub
from autograde.syllabus import ROOT, Notebook
from tests.notebooks import nbgrader

NOTEBOOKS = syllabus.syllabus().notebooks


@pytest.fixture
def notebook(tmp_path, monkeypatch) -> Notebook:
    """A notebook, as a copy that a test may change."""
    for folder in ("solutions", "course"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "course.toml", tmp_path)
    monkeypatch.setattr(syllabus, "ROOT", tmp_path)
    return syllabus.syllabus().notebook("01_inference_pipeline")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("original", NOTEBOOKS, ids=lambda n: n.folder)
def test_what_is_committed_is_up_to_date(original):
    assert build.stale(original) == []


def test_two_builds_are_byte_equal(notebook):
    build.build(notebook)
    first = notebook.walkthrough.read_bytes()
    build.build(notebook)
    assert notebook.walkthrough.read_bytes() == first
    notebook.walkthrough.unlink()
    build.build(notebook)
    bare = notebook.walkthrough.read_bytes()
    notebook.walkthrough.unlink()
    build.build(notebook)
    assert notebook.walkthrough.read_bytes() == bare != first
    assert release_text(notebook) == release_text(notebook)


def test_cell_ids_are_unique_and_follow_names(notebook):
    nb = build.read_source(notebook)
    ids = [cell.id for cell in nb.cells]
    assert len(set(ids)) == len(ids)
    assert set(notebook.exercises) <= set(ids)


def test_outputs_stay_until_code_above_them_changes(notebook):
    nb = nbformat.read(notebook.walkthrough, as_version=4)
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    last_source = code[-1].source
    for cell in code:
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=cell.id)]
        cell.execution_count = 1
    build.write(nb, notebook.walkthrough)
    edit(notebook.source, "A model reads numbers.", "Models read numbers.")
    build.build(notebook)
    kept = nbformat.read(notebook.walkthrough, as_version=4)
    assert "Models read numbers." in kept.cells[8].source + "".join(c.source for c in kept.cells)
    assert all(cell.outputs for cell in kept.cells if cell.cell_type == "code")

    edit(notebook.source, last_source.splitlines()[-1], "print('changed')")
    build.build(notebook)
    code = [
        cell
        for cell in nbformat.read(notebook.walkthrough, as_version=4).cells
        if cell.cell_type == "code"
    ]
    assert code[-2].outputs and not code[-1].outputs
    assert any("lacks outputs" in problem for problem in build.stale(notebook))


@pytest.mark.parametrize(
    ("old", "new", "stale"),
    [
        ("A model reads numbers.", "Models read numbers.", {"solutions", "course"}),
        ('"points": 2', '"points": 4', {"solutions", "course"}),
        ("**Why it works.** A prefix", "**Why.** A prefix", {"solutions"}),
        ("table, done = [], 0", "table, done = list(), 0", {"solutions"}),
    ],
)
def test_check_sees_what_is_stale(notebook, old, new, stale):
    edit(notebook.source, old, new)
    problems = build.stale(notebook)
    assert {Path(p.split(" is ")[0]).parts[-3] for p in problems} == stale, problems


def test_check_sees_a_hand_edited_release(notebook):
    edit(notebook.released, "A model reads numbers.", "A model reads letters.")
    assert len(build.stale(notebook)) == 1
    notebook.released.unlink()
    assert "is missing" in build.stale(notebook)[0]


def test_badge_names_the_repository(notebook, monkeypatch):
    course = dataclasses.replace(syllabus.syllabus(), repository="someone/theirs", branch="b")
    monkeypatch.setattr(build, "syllabus", lambda: course)
    first = build.read_source(notebook).cells[0].source
    assert (
        "colab.research.google.com/github/someone/theirs/blob/b/course/"
        f"{notebook.folder}/{notebook.folder}.ipynb" in first
    )
    assert build.BADGES not in first


def test_another_repository_is_no_reason_to_run_everything_again(notebook, monkeypatch):
    build.build(notebook)
    before = nbformat.read(notebook.walkthrough, as_version=4)
    course = dataclasses.replace(syllabus.syllabus(), repository="someone/theirs")
    monkeypatch.setattr(build, "syllabus", lambda: course)
    assert any("is stale" in problem for problem in build.stale(notebook))
    build.build(notebook)
    after = nbformat.read(notebook.walkthrough, as_version=4)
    assert "github.com/someone/theirs/releases" in after.cells[1].source
    assert [c.get("outputs") for c in after.cells] == [c.get("outputs") for c in before.cells]
    assert any(cell.get("outputs") for cell in after.cells[-1:])


def test_stub_names_the_exercise():
    assert stub("f", "def f(x):\n    pass") == (
        'raise NotImplementedError("exercise f: your code goes here")'
    )
    assert stub("C", "class C:\n    pass").startswith("raise NotImplementedError")
    assert stub("answer", "answer = 3") == "answer = None  # exercise answer: your answer goes here"


# --- nothing hidden in course/ --------------------------------------------------------------------


def solution_lines(notebook: Notebook) -> set[str]:
    """Lines of code that only a solution has, long enough not to stand elsewhere by chance."""
    source = notebook.source.read_text(encoding="utf-8")
    inside = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.S)
    assert len(inside) >= len(notebook.exercises)
    outside = re.sub(r"### BEGIN SOLUTION\n.*?### END SOLUTION", "", source, flags=re.S)
    lines = {line.strip() for region in inside for line in region.splitlines()}
    return {line for line in lines if len(line) > 20 and line not in outside}


def hidden_texts(notebook: Notebook) -> set[str]:
    """Longer strings of the hidden checks: their messages and fixtures."""
    module = ROOT / "autograde" / "checks" / f"{notebook.module}.py"
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return {text.strip() for text in texts if len(text) > 40}


@pytest.mark.parametrize("original", NOTEBOOKS, ids=lambda n: n.folder)
def test_nothing_of_a_solution_or_a_hidden_check_is_released(original):
    lines, texts = solution_lines(original), hidden_texts(original)
    assert len(lines) > 20 and len(texts) > 30  # the search has something to look for
    for path in (ROOT / "course").rglob("*"):
        if path.is_dir():
            continue
        assert path.suffix != ".py", f"{path} is source"
        content = path.read_bytes().decode("utf-8", errors="replace")
        if path.suffix == ".ipynb":
            content = "\n".join(cell.source for cell in nbformat.reads(content, as_version=4).cells)
        for text in lines | texts:
            assert text not in content, f"{path} holds {text!r}"
        for word in ("BEGIN SOLUTION", "HIDDEN TESTS", "autograde", SOLUTION_ONLY, "Why it works"):
            assert word not in content, f"{path} holds {word!r}"


@pytest.mark.parametrize("original", NOTEBOOKS, ids=lambda n: n.folder)
def test_release_has_no_outputs_and_a_name(original):
    nb = nbformat.read(original.released, as_version=4)
    assert re.fullmatch(r"[0-9a-f]{12}", nb.metadata["next_token"]["release"])
    for cell in nb.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


@pytest.mark.slow
def test_nbgraders_own_command_makes_the_same_release(notebook, tmp_path):
    expected = notebook.released.read_bytes()
    shutil.rmtree(tmp_path / "course")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    nbgrader("generate_assignment", notebook.folder, cwd=tmp_path)
    assert notebook.released.read_bytes() == expected
    assert [p.name for p in notebook.released.parent.iterdir()] == [notebook.released.name]
