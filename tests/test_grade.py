"""`autograde grade`: a class in, results.json, gradebook and judged notebooks out."""

import json
import os
import stat
import subprocess
import sys
from functools import partial

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import SaveAutoGrades

from autograde import grade as grader
from autograde import submission
from autograde.bank import answers, grade_id
from autograde.grade import hand_ins
from autograde.gradebook import ClassFolder
from autograde.roster import FILE as ROSTER
from autograde.submission import find_task
from autograde.syllabus import ROOT, syllabus
from tests import notebooks
from tests.notebooks import released, solutions, solved, with_answers

NOTEBOOK = syllabus().notebook("01_inference_pipeline")
NAME = NOTEBOOK.folder
POINTS = sum(NOTEBOOK.points.values())
BONUS = sum(NOTEBOOK.bonus.values())
hand_in = partial(notebooks.hand_in, name=NAME)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a Linux program"),
]


def grade(*arguments: str, cwd, code: int = 0, **environment: str) -> str:
    """Run `autograde grade` as an instructor does; returns what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "autograde", "grade", *arguments],
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def results(folder) -> dict:
    return json.loads((folder / "results.json").read_text("utf-8"))


def gradebook(folder) -> Gradebook:
    return Gradebook(f"sqlite:///{folder / 'gradebook.db'}")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class after `autograde grade`, and what it said."""
    folder = tmp_path_factory.mktemp("class")
    mixed = solutions(NOTEBOOK)
    mixed["next_token_loss"] = mixed["next_token_loss"].replace("labels[:, 1:]", "labels[:, :-1]")
    mixed["left_pad"] = "import os; os._exit(0)"
    del mixed["StreamDecoder"]
    hand_in(folder, "solved", solved(NOTEBOOK))
    hand_in(folder, "untouched", released(NOTEBOOK))
    hand_in(folder, "mixed", with_answers(NOTEBOOK, mixed))
    hand_in(folder, "late", solved(NOTEBOOK), name="02_another")  # handed in something else
    (folder / "submitted" / "empty" / NAME).mkdir(parents=True)
    (folder / "submitted" / "link").symlink_to(folder / "submitted" / "solved")
    return folder, grade(NAME, cwd=folder)


def test_results_are_as_the_contract_says(graded):
    folder, said = graded
    data = results(folder)
    assert said.splitlines()[-1] == "results.json"
    assert data == json.loads((folder / "results" / f"{NAME}.json").read_text("utf-8"))
    assert data["assignment"] == NAME
    assert data["refused"] == [{"name": "link", "reason": "a symbolic link is not followed"}]
    assert set(data["students"]) == {"solved", "untouched", "mixed", "empty"}
    for student in data["students"].values():
        assert set(student) == {
            "status", "score", "max_score", "bonus", "exercises", "pending", "seconds", "problems",
        }  # fmt: skip
        assert list(student["exercises"]) == list(NOTEBOOK.exercises)
        for name, exercise in student["exercises"].items():
            assert exercise["max"] == NOTEBOOK.exercises[name]
            assert exercise["bonus"] == (name in NOTEBOOK.bonus)
            assert exercise["passed"] == (exercise["score"] == exercise["max"])
            assert exercise["passed"] or exercise["findings"]
    marks = {
        s: (r["status"], r["score"], r["max_score"], r["bonus"])
        for s, r in data["students"].items()
    }
    lost = NOTEBOOK.points["next_token_loss"] + NOTEBOOK.points["left_pad"]
    assert marks == {
        "solved": ("graded", POINTS, POINTS, BONUS),
        "untouched": ("graded", 0, POINTS, 0),
        "mixed": ("graded", POINTS - lost, POINTS, NOTEBOOK.bonus["chunked_prefill"]),
        "empty": ("failed", 0, POINTS, 0),
    }


def test_findings_and_problems_say_what_happened(graded):
    students = results(graded[0])["students"]
    mixed = students["mixed"]
    findings = {name: [f["id"] for f in e["findings"]] for name, e in mixed["exercises"].items()}
    assert findings["next_token_loss"] == ["not_shifted"]
    assert findings["left_pad"] == ["crashed"] and findings["StreamDecoder"] == ["not_implemented"]
    assert "cell_died" in {problem["code"] for problem in mixed["problems"]}
    assert [p["code"] for p in students["empty"]["problems"]] == ["unreadable"]
    assert students["solved"]["problems"] == students["untouched"]["problems"] == []


def test_gradebook_has_the_same_marks_and_bonus_as_extra_credit(graded):
    with gradebook(graded[0]) as book:
        scores = {s.student.id: (s.score, s.max_score) for s in book.assignment_submissions(NAME)}
    assert scores == {
        "solved": (POINTS + BONUS, POINTS),
        "untouched": (0, POINTS),
        "mixed": (results(graded[0])["students"]["mixed"]["score"] + NOTEBOOK.bonus["chunked_prefill"], POINTS),
        "empty": (0, POINTS),
    }  # fmt: skip


def test_a_save_that_is_broken_off_leaves_no_half_marks(graded, tmp_path, monkeypatch):
    (tmp_path / "gradebook.db").write_bytes((graded[0] / "gradebook.db").read_bytes())
    nb = nbformat.read(graded[0] / "autograded" / "solved" / NAME / f"{NAME}.ipynb", as_version=4)
    add_score, done = SaveAutoGrades._add_score, []

    def break_off(*arguments):
        done.append(add_score(*arguments))
        if len(done) == 3:
            raise KeyboardInterrupt

    with ClassFolder(tmp_path) as book:
        with monkeypatch.context() as patch:
            patch.setattr(SaveAutoGrades, "_add_score", break_off)
            with pytest.raises(KeyboardInterrupt):
                book.save("untouched", NAME, nb, {})
            with pytest.raises(KeyboardInterrupt):
                done.clear()
                book.save("another", NAME, nb, {})
        with gradebook(tmp_path) as other:
            scores = {s.student.id: s.score for s in other.assignment_submissions(NAME)}
        assert scores["untouched"] == 0 and "another" not in scores
        book.save("untouched", NAME, nb, {})
        with gradebook(tmp_path) as other:
            assert other.find_submission(NAME, "untouched").score == POINTS


def test_judged_notebooks_are_whole_and_hold_no_hidden_text(graded):
    folder, _ = graded
    for student in ("solved", "mixed", "empty"):
        path = folder / "autograded" / student / NAME / f"{NAME}.ipynb"
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
        text = path.read_text("utf-8")
        assert "autograde.mark" not in text and "require(" not in text
        tests = [c for c in nb.cells if (grade_id(c) or "").startswith("test_")]
        assert len(tests) == len(NOTEBOOK.exercises)
        assert all(c.outputs[-1].output_type == "execute_result" for c in tests)


def test_the_secret_is_its_owners(graded):
    mode = (graded[0] / ".secret").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_one_exercise_of_one_student_is_graded_anew_and_the_rest_stays(graded, tmp_path):
    folder, _ = graded
    before = results(folder)["students"]
    with gradebook(folder) as book:  # what a person has given
        grade_of = book.find_grade("test_infer", NAME, NAME, "mixed")
        grade_of.manual_score = 1.5
        book.db.commit()
    hand_in(folder, "mixed", solved(NOTEBOOK))
    said = grade(NAME, "--student", "mixed", "--exercise", "left_pad", cwd=folder)
    assert f"mixed: left_pad 0 → {NOTEBOOK.points['left_pad']}" in said
    after = results(folder)["students"]
    assert after.pop("mixed")["score"] == before.pop("mixed")["score"] + NOTEBOOK.points["left_pad"]
    assert after == before
    with gradebook(folder) as book:
        grade_of = book.find_grade("test_infer", NAME, NAME, "mixed")
        assert (grade_of.manual_score, grade_of.score) == (1.5, 1.5)
        assert (
            book.find_grade("test_left_pad", NAME, NAME, "mixed").auto_score
            == NOTEBOOK.points["left_pad"]
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["07_no_such"], "course.toml has no notebook '07_no_such'"),
        ([NAME, "--exercise", "nothing"], "has no exercise nothing"),
        ([NAME, "--student", "nobody"], "no hand-in of nobody"),
        ([NAME, "--submissions", "elsewhere"], "there is no folder elsewhere"),
        ([NAME, "--sandbox", "perhaps"], "Invalid value"),
        ([str(ROOT / "README.md")], "course.toml has no notebook"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(graded, arguments, said):
    before = results(graded[0])
    assert said in " ".join(grade(*arguments, cwd=graded[0], code=2).split())
    assert results(graded[0]) == before


def test_without_a_sandbox_nothing_is_graded(tmp_path):
    hand_in(tmp_path, "anna", solved(NOTEBOOK))
    said = grade(NAME, cwd=tmp_path, code=2, PATH=str(tmp_path))
    assert "there is no sandbox" in said and "--sandbox none" in said
    assert [path.name for path in tmp_path.iterdir()] == ["submitted"]


def test_a_fault_of_the_graders_stops_nobody(tmp_path, monkeypatch):
    for student in ("anna", "bert"):
        hand_in(tmp_path, student, released(NOTEBOOK))
    calls = []

    def fail(data):
        calls.append(data)
        if len(calls) == 1:
            raise ZeroDivisionError
        raise submission.Unreadable("Nothing.")

    monkeypatch.setattr(submission, "read_notebook", fail)
    found = grader.grade(find_task(NAME), tmp_path / "submitted", tmp_path / "marks")
    students = found.data["students"]
    assert students["anna"]["status"] == "partial" and students["bert"]["status"] == "failed"
    assert students["anna"]["problems"][0]["code"] == "grader_failed"
    assert list(students["anna"]["exercises"]) == list(NOTEBOOK.exercises)


# --- notebooks of others: plain asserts, and prose graded by hand


def cell(kind: str, source: str, name: str, points: float | None = None, solution: bool = False):
    new = new_code_cell if kind == "code" else new_markdown_cell
    metadata = {
        "grade_id": name, "grade": points is not None, "solution": solution,
        "locked": points is not None and not solution, "schema_version": 3, "task": False,
    }  # fmt: skip
    if points is not None:
        metadata["points"] = points
    return new(source, metadata={"nbgrader": metadata}, id=name)


CUBES = """def cubes(n):
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError("n must be positive")
    return [i**3 for i in range(1, n + 1)]
    ### END SOLUTION"""
TOTAL = """def total(n):
    ### BEGIN SOLUTION
    return sum(cubes(n))
    ### END SOLUTION"""
INVALID = """for n in (0, -4):
    try:
        cubes(n)
    except ValueError:
        pass
    else:
        raise AssertionError("nothing was raised")"""
USES = """kept = cubes
del cubes
try:
    total(1)
except NameError:
    pass
else:
    raise AssertionError("total does not use cubes")
finally:
    cubes = kept"""


def theirs():
    """A notebook with the points of nbgrader's documented example: 3 by asserts, 6 by hand."""
    return new_notebook(
        cells=[
            cell("code", CUBES, "cubes", solution=True),
            cell("code", "assert cubes(2) == [1, 8]\n### BEGIN HIDDEN TESTS\nassert cubes(3) == [1, 8, 27]\n### END HIDDEN TESTS", "correct_cubes", 1),
            cell("code", INVALID, "invalid_input", 1),
            cell("code", TOTAL, "total", solution=True),
            cell("code", "assert total(1) == 1\nassert total(3) == 36", "correct_total", 0.5),
            cell("code", USES, "total_uses_cubes", 0.5),
            cell("markdown", "The formula.", "equation", 1, solution=True),
            cell("code", "# An application\n### BEGIN SOLUTION\ntotal(4)\n### END SOLUTION", "application", 2, solution=True),
            cell("markdown", "Why.", "part_a", 1, solution=True),
            cell("markdown", "When.", "part_b", 2, solution=True),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )  # fmt: skip


def test_a_kernel_sees_nothing_of_the_class_beside_an_instructors_notebook(tmp_path):
    nbformat.write(theirs(), tmp_path / "cubes.ipynb")
    names = ("data.csv", ".secret", "gradebook.db", "gradebook.db-journal", "results.json", ROSTER)
    for name in names:
        (tmp_path / name).touch()
    assert [path.name for path in find_task(str(tmp_path / "cubes.ipynb")).files] == ["data.csv"]


def test_the_example_course_of_nbgrader_gives_its_documented_marks(tmp_path):
    """1.5 and 3.0 of 9, as in its documentation: one student counts from 0, both have prose to be graded by hand."""
    source = tmp_path / "cubes.ipynb"
    nbformat.write(theirs(), source)
    for student, wrong in (("bitdiddle", True), ("hacker", False)):
        nb = theirs()
        by_id = {c.id: c for c in nb.cells}
        by_id["cubes"].source = by_id["cubes"].source.replace(
            "range(1, n + 1)", "range(n)" if wrong else "range(1, n + 1)"
        )
        by_id["correct_cubes"].source = "assert True"  # a student's own test does not count
        by_id["equation"].source = f"My formula, {student}."
        hand_in(tmp_path, student, nb, name="cubes")
    said = grade("cubes.ipynb", cwd=tmp_path)
    assert "bitdiddle  graded  1.5/3" in said and "hacker  graded  3/3" in said
    with gradebook(tmp_path) as book:
        scores = {
            s.student.id: (s.score, s.max_score) for s in book.assignment_submissions("cubes")
        }
    assert scores == {"bitdiddle": (1.5, 9.0), "hacker": (3.0, 9.0)}
    data = results(tmp_path)["students"]
    assert data["bitdiddle"]["exercises"]["correct_cubes"]["findings"][0]["id"] == "test_failed"
    assert data["hacker"]["pending"][0] == "equation"
    for student in data.values():
        codes = [problem["code"] for problem in student["problems"]]
        assert "judged_in_process" in codes and "locked_cell_changed" in codes


# --- who is graded


def test_names_of_students(tmp_path):
    for name in ("anna", "jose\u0301", "=1+1", "tab\there", ".hidden"):
        (tmp_path / name / "nb").mkdir(parents=True)
    (tmp_path / "jos\u00e9" / "nb").mkdir(parents=True)
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "other" / "another_notebook").mkdir(parents=True)
    (tmp_path / "nothing").mkdir()
    folders, refused = hand_ins(tmp_path, "nb")
    assert set(folders) == {"anna", "jos\u00e9", "=1+1", "nothing"}
    assert {r["name"] for r in refused} == {"jos\u00e9", "tab\N{REPLACEMENT CHARACTER}here"}


def test_every_answer_of_the_bank_is_a_task_of_its_notebook():
    task = find_task(NAME)
    assert {answer.exercise for answer in answers(NOTEBOOK)} == set(task.assignment.exercises)
