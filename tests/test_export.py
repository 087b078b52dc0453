"""`autograde export`: the gradebook's marks, deadlines applied, in the forms that Canvas and Moodle import."""

import csv
import json
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook

from autograde import grade as grader
from autograde import roster, syllabus
from autograde.__main__ import main
from autograde.collect import collect
from autograde.export import Refusal, defused, export, number
from autograde.grade import handed_in
from autograde.gradebook import ClassFolder, NoSuchPolicy
from autograde.submission import find_task
from autograde.syllabus import ROOT, BadSyllabus, UnknownNotebook
from tests import hostile

NAME = "01_inference_pipeline"
FILE = f"{NAME}.ipynb"
MAX = 8.0  # of the small notebook here: 5 by its test, 3 by hand


def cell(kind: str, name: str, points: float, solution: bool):
    metadata = {
        "grade_id": name, "grade": True, "solution": solution, "locked": not solution,
        "points": points, "schema_version": 3, "task": False,
    }  # fmt: skip
    new = new_code_cell if kind == "code" else new_markdown_cell
    return new(name, metadata={"nbgrader": metadata}, id=name)


def small_notebook():
    return new_notebook(
        cells=[
            cell("code", "test_infer", 5, False),
            cell("code", "test_chunked_prefill", 0, False),
            cell("markdown", "reflect_speed", 3, True),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def empty_class(tmp_path_factory) -> Path:
    """A folder as `grade` leaves it before the first student."""
    folder = tmp_path_factory.mktemp("class")
    ClassFolder(folder).prepare(NAME, small_notebook(), [], ours=False)
    return folder


class Class:
    """A class whose marks are written as `grade` writes them, without judging anything."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.book = ClassFolder(folder)
        self.release = self.book.prepare(NAME, small_notebook(), [], ours=False)
        self.results: dict[str, dict] = {}

    def add(self, student: str, score: float, bonus: float = 0.0, written: bool = True) -> None:
        nb = self.release.copy()
        nb.cells = [c.copy() for c in nb.cells]
        for test, points in (("test_infer", score), ("test_chunked_prefill", 0.0)):
            data = {"text/plain": repr(points)}
            [one] = [c for c in nb.cells if c.id == test]
            one.outputs = [new_output("execute_result", data=data, execution_count=1)]
        if written:
            nb.cells[-1].source = "My thoughts."
        self.book.save(student, NAME, nb, {"test_chunked_prefill": bonus})
        finding = {"id": "wrong", "message": "the <b>text</b> & more"}
        self.results[student] = {
            "status": "graded",
            "score": score,
            "max_score": 5.0,
            "bonus": bonus,
            "exercises": {
                "infer": {"score": score, "max": 5.0, "bonus": False, "passed": score == 5, "findings": [finding] * (score < 5)},
                "chunked_prefill": {"score": bonus, "max": 2.0, "bonus": True, "passed": bonus == 2, "findings": []},
            },
            "pending": ["reflect_speed"] if written else [],
            "seconds": 1.0,
            "problems": [],
        }  # fmt: skip
        path = self.folder / "results" / f"{NAME}.json"
        path.parent.mkdir(exist_ok=True)
        data = {"assignment": NAME, "students": self.results, "refused": []}
        path.write_text(json.dumps(data), encoding="utf-8")

    def by_hand(self, student: str, points: float, test: str = "reflect_speed") -> None:
        with Gradebook(self.book.url) as gradebook:
            gradebook.find_grade(test, NAME, NAME, student).manual_score = points
            gradebook.db.commit()

    def export(self, form: str) -> tuple[list[dict[str, str]], list[str]]:
        path, lines = export([NAME], form, self.folder)
        assert path == self.folder / "export" / f"{form}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file)), lines


@pytest.fixture
def graded(empty_class, tmp_path) -> Class:
    shutil.copytree(empty_class, tmp_path / "marks")
    return Class(tmp_path / "marks")


@pytest.fixture
def course_toml(tmp_path, monkeypatch):
    """Changes course.toml, for this test."""

    def change(course: str = "", notebook: str = "", extensions: str = "") -> None:
        text = (Path(__file__).parents[1] / "course.toml").read_text("utf-8")
        text = text.replace("[course]\n", f"[course]\n{course}\n", 1)
        head = f'folder = "{NAME}"\n'
        table = f"\n[notebook.extensions]\n{extensions}\n" if extensions else ""
        before, after = text.split(head)
        after = after.replace("[notebook.points]", f"{notebook}\n{table}\n[notebook.points]", 1)
        (tmp_path / "course.toml").write_text(before + head + after, "utf-8")
        monkeypatch.setattr(syllabus, "ROOT", tmp_path)
        syllabus.syllabus.cache_clear()

    yield change
    syllabus.syllabus.cache_clear()


# --- marks


def test_all_kinds_of_marks_add_up_to_the_total(graded):
    graded.add("anna", 5.0, bonus=2.0)
    graded.add("bert", 2.5)
    graded.add("cleo", 0.0, written=False)
    graded.by_hand("anna", 2.0)
    graded.by_hand("cleo", 4.0, "test_infer")  # a person over the grader
    rows, lines = graded.export("csv")
    assert list(rows[0]) == [
        "student", "notebook", "auto", "hand_graded", "bonus", "late_penalty", "total", "max",
        "status", "pending",
    ]  # fmt: skip
    assert [list(row.values()) for row in rows] == [
        ["anna", NAME, "5", "2", "2", "0", "9", "8", "graded", ""],
        ["bert", NAME, "2.5", "0", "0", "0", "2.5", "8", "graded", "reflect_speed"],
        ["cleo", NAME, "0", "4", "0", "0", "4", "8", "graded", ""],
    ]
    assert lines == [f"{NAME}: not final for 1, who wait for marks by hand in reflect_speed"]
    with Gradebook(graded.book.url) as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(NAME)}
    assert scores == {row["student"]: float(row["total"]) for row in rows}


def test_who_has_handed_nothing_in_is_in_the_table_and_in_no_import(graded):
    graded.add("101", 5.0)
    kept = {"101": {"Student": "A", "ID": "101"}, "102": {"Student": "B", "ID": "102"}}
    roster.keep(graded.folder, NAME, "canvas", [], kept)
    table, _ = graded.export("csv")
    assert [(row["student"], row["status"], row["total"]) for row in table] == [
        ("101", "graded", "5"),
        ("102", "missing", ""),
    ]
    assert [row["ID"] for row in graded.export("canvas")[0]] == ["", "101"]


# --- deadlines


LATE = "2026-12-02 09:00:00 UTC"
DUE = "due = 2026-12-02T00:59:00+01:00"


def hand_in_times(graded: Class, tmp_path: Path, times: dict[str, str]) -> None:
    """As `grade` does: from each timestamp.txt into the gradebook."""
    found = {}
    for student, text in times.items():
        folder = tmp_path / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text(text)
        found[student] = handed_in(folder)
    graded.book.set_deadlines(NAME, syllabus.syllabus().notebook(NAME), found)


def test_zero_policy_follows_the_deadline_the_extension_and_the_marks_by_hand(
    graded, tmp_path, course_toml
):
    course_toml('late_policy = "zero"', DUE, "extended = 2026-12-03T00:00:00Z")
    for student in ("late", "intime", "extended", "untimed"):
        graded.add(student, 4.0, bonus=1.0)
    times = {"late": LATE, "extended": LATE, "intime": "2026-12-01 23:58:59 UTC"}
    hand_in_times(graded, tmp_path, times)
    graded.by_hand("late", 3.0)  # after the penalty: the export takes these off too
    rows, _ = graded.export("csv")
    marks = {row["student"]: (row["late_penalty"], row["total"]) for row in rows}
    assert marks == {
        "late": ("8", "0"),
        "intime": ("0", "5"),
        "extended": ("0", "5"),
        "untimed": ("0", "5"),
    }
    with Gradebook(graded.book.url) as gradebook:
        submission = gradebook.find_submission(NAME, "late")
        assert submission.assignment.duedate.isoformat() == "2026-12-01T23:59:00"
        assert submission.total_seconds_late == 9 * 3600 + 60
        assert submission.late_submission_penalty == 8
    # A later deadline gives it all back.
    course_toml('late_policy = "zero"', "due = 2026-12-09T00:00:00Z")
    rows, _ = graded.export("csv")
    assert {row["late_penalty"] for row in rows} == {"0"}


@pytest.mark.slow
def test_grade_takes_times_and_ids_from_where_collect_left_them(tmp_path, course_toml):
    course_toml("", DUE)
    source = tmp_path / "submissions.zip"
    with zipfile.ZipFile(source, "w") as archive:  # nothing that would have to be run
        archive.writestr("smithanna_LATE_101_9001_report.pdf", "%PDF")
        archive.writestr("brownbob_102_9002_report.pdf", "%PDF")
    notebook = syllabus.syllabus().notebook(NAME)
    collect(source, NAME, "canvas", tmp_path / "submitted", None, notebook)
    for folder in ("solutions", "course"):
        shutil.copytree(ROOT / folder / NAME, tmp_path / folder / NAME)
    grader.grade(find_task(NAME), tmp_path / "submitted", tmp_path / "marks")
    with Gradebook(ClassFolder(tmp_path / "marks").url) as gradebook:
        late = {s.student.id: s.total_seconds_late for s in gradebook.assignment_submissions(NAME)}
    assert late == {"101": 1, "102": 0}
    assert roster.read_kept(tmp_path / "marks")[NAME]["students"]["102"]["ID"] == "102"


def test_no_policy_is_no_penalty(graded, tmp_path, course_toml):
    course_toml("", DUE)
    graded.add("late", 4.0)
    hand_in_times(graded, tmp_path, {"late": LATE})
    assert graded.export("csv")[0][0]["late_penalty"] == "0"


PLUGIN = """
from nbgrader.plugins import BasePlugin


class HalfAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600 / 2
"""


def test_a_plugin_of_nbgraders_kind_decides(graded, tmp_path, course_toml, monkeypatch):
    (tmp_path / "late_by_the_hour.py").write_text(PLUGIN)
    monkeypatch.syspath_prepend(tmp_path)
    course_toml('late_policy = "late_by_the_hour.HalfAnHour"', "due = 2026-12-02T07:00:00Z")
    graded.add("late", 4.0)
    hand_in_times(graded, tmp_path, {"late": LATE})
    row = graded.export("csv")[0][0]
    assert (row["late_penalty"], row["total"]) == ("1", "3")


@pytest.mark.parametrize("policy", ["half", "no_such_module.Policy", "os.path", "json.JSONDecoder"])
def test_a_policy_that_there_is_not_is_refused(graded, tmp_path, course_toml, policy):
    graded.add("anna", 4.0)
    course_toml(f'late_policy = "{policy}"')
    with pytest.raises(Refusal, match="late_policy"):
        export([NAME], "csv", graded.folder)
    with pytest.raises(NoSuchPolicy):
        graded.book.set_deadlines(NAME, None, {})


@pytest.mark.parametrize(
    ("notebook", "extensions", "said"),
    [
        ("due = 2026-12-01T23:59:00", "", "has no time zone"),
        ("due = 2026-12-01", "", "has no time zone or time of day"),
        ('due = "2026-12-01T23:59:00Z"', "", "write it without quotes"),
        (DUE, "anna = 2026-12-08T23:59:00", "the extension of anna"),
        (DUE, "anna = 2026-11-08T23:59:00Z", "before the deadline"),
        ("", "anna = 2026-12-08T23:59:00Z", "no `due`"),
    ],
)
def test_a_date_that_could_mean_two_times_is_refused(course_toml, notebook, extensions, said):
    course_toml("", notebook, extensions)
    with pytest.raises(BadSyllabus, match=said):
        syllabus.syllabus()


def test_every_command_says_so_in_one_sentence(course_toml, monkeypatch, capsys):
    course_toml("", "due = 2026-12-01T23:59:00")
    monkeypatch.setattr(sys, "argv", ["autograde", "lint"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1 and said[0].startswith("autograde: course.toml: `due` of 01")


# --- what the LMSs import


def as_canvas_imports(path: Path) -> tuple[list[str], dict[str, list[str]]]:
    """The assignments' headers, and ID -> marks, by the rules of Canvas' importer."""
    with path.open(encoding="utf-8", newline="") as file:
        header, possible, *rows = csv.reader(file)
    assert "Student" in header[0] and "ID" in header[1]
    assert header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    assert "Points Possible" in possible[0] and all(map(float, possible[5:]))
    assert all(row[1].isdigit() for row in rows)
    return header[5:], {row[1]: row[5:] for row in rows}


def test_round_trip_with_canvas(graded, tmp_path):
    source = tmp_path / "submissions.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name in ("smithanna_101", "formula_102", "late_LATE_103"):
            archive.writestr(f"{name}_900{name[-1]}_{FILE}", name)
    book = tmp_path / "gradebook.csv"
    book.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Warm up (5),The Inference Pipeline (778)\n"
        "    Points Possible,,,,,10,8\n"
        '"Smith, Anna",101,S1,anna@example.org,A,,\n'
        "\"=cmd|' C calc'!A0\",102,-2+3,+1,@A,,\n"
        '"Late, Lea",103,S3,lea,A,,\n',
        encoding="utf-8",
    )
    done = collect(source, NAME, "canvas", tmp_path / "submitted", book)
    for number_, student in enumerate(sorted(done.students)):
        graded.add(student, float(number_), bonus=0.126)
    shutil.copy(tmp_path / "submitted" / roster.FILE, graded.folder)  # as `grade` does
    path, lines = export([NAME], "canvas", graded.folder)
    assert as_canvas_imports(path) == (
        ["The Inference Pipeline (778)"],
        {"101": ["0.13"], "102": ["1.13"], "103": ["2.13"]},
    )
    rows = {row["ID"]: row for row in graded.export("canvas")[0]}
    assert rows["101"]["SIS Login ID"] == "anna@example.org" and rows["101"]["Section"] == "A"
    assert rows["102"]["Student"].startswith("'=") and rows["102"]["Section"] == "'@A"
    assert rows["102"]["SIS User ID"] == rows["102"]["SIS Login ID"] == ""
    assert len(lines) == 1 and "not final for 3" in lines[0]


def test_canvas_without_a_roster_has_the_ids_and_says_what_it_will_ask(graded):
    graded.add("101", 5.0)
    graded.add("anna", 5.0)
    path, lines = export([NAME], "canvas", graded.folder)
    assert as_canvas_imports(path) == ([NAME], {"101": ["5"]})
    assert lines[0].startswith("Canvas will ask which assignment")
    assert lines[1] == "anna: is left out, having no Canvas ID"


WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 201,Anna Żółć,anna@example.org,Submitted,,8.00,Yes,"Tuesday, 1 December 2026, 1:00 PM",-,\n'
    'Participant 202,"=HYPERLINK(""x"")",bob@example.org,Submitted,,8.00,Yes,-,"Tuesday, 1 December 2026, 2:00 PM",old\n'
)


def test_round_trip_with_moodle(graded, tmp_path):
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(WORKSHEET, encoding="utf-8-sig")
    source = tmp_path / "m.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr(f"Anna Żółć_201_assignsubmission_file_/{FILE}", "a")
        archive.writestr(f"HYPERLINK(x)_202_assignsubmission_file_/{FILE}", "b")
    done = collect(source, NAME, "moodle", tmp_path / "submitted", sheet)
    assert set(done.students) == {"anna@example.org", "bob@example.org"}
    graded.add("anna@example.org", 2.5)
    graded.add("bob@example.org", 5.0, bonus=2.0)
    graded.by_hand("bob@example.org", 3.0)
    shutil.copy(tmp_path / "submitted" / roster.FILE, graded.folder)
    rows, lines = graded.export("moodle")
    before = list(csv.DictReader(WORKSHEET.splitlines()))
    assert list(rows[0]) == list(before[0])  # its importer goes by the headers
    for row, was in zip(rows, before):
        # It cuts `Participant ` off, and compares the time with the grade's own.
        for column in ("Identifier", "Email address", "Maximum Grade", "Last modified (grade)"):
            assert row[column] == was[column]
    assert [row["Grade"] for row in rows] == ["2.5", "10"]
    assert rows[1]["Full name"].startswith("'=")
    feedback = rows[0]["Feedback comments"]
    assert "2.5 of 8 points" in feedback and "not marked yet: reflect_speed" in feedback
    assert "the &lt;b&gt;text&lt;/b&gt; &amp; more" in feedback and "<b>" not in feedback
    assert lines[0] == "bob@example.org: Moodle skips 10, above its maximum of 8"


def test_moodle_without_a_worksheet_has_the_columns_that_its_import_needs(graded):
    graded.add("201", 5.0)
    record = {"Identifier": "Participant 201", "Full name": "Anna"}
    roster.keep(graded.folder, NAME, "moodle", [], {"201": record})
    rows, _ = graded.export("moodle")
    assert rows[0]["Identifier"] == "Participant 201" and rows[0]["Grade"] == "5"
    assert rows[0]["Last modified (grade)"] == "-"


def test_an_id_that_looks_like_a_formula_is_not_changed_but_left_out(graded):
    for student, mail in (("1", "=1@example.org"), ("2", "b@example.org")):
        graded.add(student, 5.0)
        roster.keep(graded.folder, NAME, "moodle", ["Email address"], {student: {"Email address": mail}})  # fmt: skip
    rows, lines = graded.export("moodle")
    assert [row["Email address"] for row in rows] == ["b@example.org"]
    assert lines[0] == "1: is left out, whose Email address looks like a formula"


# --- formulas


def test_every_hostile_name_comes_out_defused_and_can_be_had_back(graded):
    fixture = next(f for f in hostile.load_corpus() if f.name == "50a_student_names")
    names = {unicodedata.normalize("NFC", name) for name in fixture.students}
    names = {name for name in names if name.isprintable() and len(name) <= 128}
    for student in names:
        graded.results[student] = {"status": "failed"}
    graded.add("anna", 5.0)  # who writes them all
    path, _ = export([NAME], "csv", graded.folder)
    text = path.read_text("utf-8")
    assert not any(line.startswith(('"=', '"+', '"-', '"@')) for line in text.splitlines())
    with path.open(encoding="utf-8", newline="") as file:
        cells = [row["student"] for row in csv.DictReader(file)]
    assert {cell.removeprefix("'") for cell in cells} == names


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\uff1d1", "'a"])
def test_a_formula_is_text_after_it(cell):
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "anna", "1=2", "a@b.c", "5", "Participant 201", "-"])
def test_what_is_no_formula_is_not_touched(cell):
    assert defused(cell) == cell


@pytest.mark.parametrize(
    ("points", "cell"),
    [(0, "0"), (100, "100"), (2.5, "2.5"), (1 / 3, "0.33"), (1234567, "1234567")],
)
def test_marks_are_plain_numbers(points, cell):
    assert number(points) == cell


# --- refusals


def test_nothing_to_export_is_a_sentence_and_exit_code_2(graded, tmp_path):
    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "autograde", "export", *arguments],
            capture_output=True,
            text=True,
        )

    done = run("--output", str(tmp_path / "nothing"))
    assert done.returncode == 2 and "holds no marks: grade a notebook first" in done.stderr
    graded.add("anna", 5.0)
    with pytest.raises(UnknownNotebook):
        export(["07_no_such"], "csv", graded.folder)
    with pytest.raises(Refusal, match="has not been graded"):
        export(["02_model_swapping"], "csv", graded.folder)
    with pytest.raises(Refusal, match="nobody has a Canvas ID"):
        export([], "canvas", graded.folder)
    with pytest.raises(Refusal, match="nobody has an id of Moodle's"):
        export([], "moodle", graded.folder)
    done = run(NAME, "--output", str(graded.folder))
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == str(graded.folder / "export" / "csv.csv")
    (graded.folder / "gradebook.db").unlink()
    with pytest.raises(Refusal, match="grade it again"):
        export([], "csv", graded.folder)
    assert not (graded.folder / "gradebook.db").exists()
