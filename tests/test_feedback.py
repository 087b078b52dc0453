"""`autograde feedback`: what comes back to a student adds up, teaches, and runs nothing of anybody's."""

import base64
import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook
from PIL import Image

from autograde import feedback, page
from autograde.exercise import Finding
from autograde.grade import grade
from autograde.gradebook import ClassFolder, clean_html, clean_markdown
from autograde.marks import GENERAL, read_marks
from autograde.repair import Problem
from autograde.report import write_report
from autograde.submission import find_task
from autograde.syllabus import ROOT, syllabus
from tests import pages
from tests.classes import HandIn, grade_by_hand, grade_class, results
from tests.hostile import ASSIGNMENT, load_corpus, write
from tests.notebooks import released, solutions, solved, with_answers

NOTEBOOK = syllabus().notebook("03_sampling_parameters")
NAME = NOTEBOOK.folder
POINTS, BONUS = sum(NOTEBOOK.points.values()), sum(NOTEBOOK.bonus.values())
PROSE = "reflect_decoding"
SCRIPT = "</pre></style><script>hostile_script()</script><img src=x onerror=hostile_script()>"
FORMULA = '=HYPERLINK("javascript:hostile_script()")'
NAMES = ["=1+1", "<script>hostile_script()<script>", "O'Brien", "王小明", "{{7*7}}", "a&b", "..odd"]
LEFT_TO_RIGHT = "gnp\u202egnitrats"


def text_of(kind: str, text: str):
    return new_output("stream", name=kind, text=text)


def shown(data: dict):
    return new_output("display_data", data=data)


def png(colour: str = "teal") -> str:
    file = io.BytesIO()
    Image.new("RGBA", (40, 30), colour).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def write_prose(nb, text: str):
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == PROSE:
            cell.source = text
    return nb


def mixed() -> HandIn:
    """One that has everything: passed, not passed, not tried, prose, own cells, problems, pictures."""
    answers = solutions(NOTEBOOK) | {
        "top_p_filter": "def top_p_filter(scores, top_p):\n    return 'mine'"
    }
    del answers["beam_search"]
    nb = write_prose(with_answers(NOTEBOOK, answers), "Greedy for forms.\n\n> because")
    nb.cells.append(new_code_cell("my_own = 1"))
    crossing = Finding("crossing_token_dropped", "the token that crosses p has to stay.")
    return HandIn(
        nb,
        findings={
            "top_p_filter": crossing,
            "beam_search": Finding("not_implemented", "the stub is there."),
            "sample": Finding(
                "raised", "sample raised OSError: no file /srv/someone/secret/model.bin"
            ),
        },
        outputs={
            "top_p_filter": [text_of("stdout", "it runs\n"), shown({"image/png": png()})],
            "my_own = 1": [
                text_of("stdout", "own output"),
                text_of("stderr", "/srv/x/y.py: UserWarning"),
            ],
        },
        problems=[
            Problem("cell_time", "top_p_filter", "A cell ran for too long and was stopped."),
            Problem("matched_by_position", "test_sample", "A cell without its id was taken."),
            Problem("judged_in_process", None, "The hidden tests can be read."),
        ],
    )


def hostile() -> HandIn:
    """Script wherever a student can put it."""
    answers = solutions(NOTEBOOK) | {
        "sample": f'"""{SCRIPT}"""\n# {FORMULA}\ndef sample(*args):\n    pass'
    }
    nb = write_prose(
        with_answers(NOTEBOOK, answers), f"{SCRIPT} [x](javascript:hostile_script()) {{{{7*7}}}}"
    )
    nb.cells += [new_code_cell("own"), new_markdown_cell(SCRIPT), new_code_cell(SCRIPT)]
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' onload='hostile_script()'>{SCRIPT}</svg>"
    outputs = [
        shown({"text/html": SCRIPT, "text/plain": f"plain {SCRIPT}"}),
        shown({"image/svg+xml": svg}),
        shown({"application/javascript": "hostile_script()"}),
        shown({"text/markdown": SCRIPT, "text/latex": SCRIPT}),
        shown({"image/png": "x' onerror='hostile_script()"}),
        shown({"image/png": base64.b64encode(svg.encode()).decode()}),
        shown({"image/jpeg": base64.b64encode(b"GIF89a" + b"\0" * 40).decode()}),
        text_of("stdout", f"\x1b]8;;javascript:hostile_script()\x07link\x1b]8;;\x07 \x1b[31mred\x1b[0m {LEFT_TO_RIGHT}"),
        new_output("error", ename="E", evalue=SCRIPT, traceback=[f"HIDDEN {SCRIPT} /srv/venv/lib/x.py"]),
    ]  # fmt: skip
    return HandIn(
        nb,
        findings={"sample": Finding("raised", f"sample raised E: {SCRIPT} {LEFT_TO_RIGHT}")},
        outputs={"own": outputs[:6], SCRIPT: outputs[6:], "sample": outputs[-2:], "test_sample": [text_of("stdout", "HIDDEN")]},
        problems=[Problem(SCRIPT, SCRIPT, SCRIPT), Problem("cell_died", SCRIPT, SCRIPT)],
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A graded class with everything that feedback has to say, and the pages written."""
    folder = tmp_path_factory.mktemp("class")
    students = {
        "anna": HandIn(write_prose(solved(NOTEBOOK), "I think.")),
        "mixed": mixed(),
        "hostile": hostile(),
        "untouched": HandIn(
            released(NOTEBOOK),
            {name: Finding("not_implemented", "the stub is there.") for name in NOTEBOOK.exercises},
        ),
        "broken": HandIn(solved(NOTEBOOK), unreadable="The file ends in the middle."),
        "late": HandIn(write_prose(solved(NOTEBOOK), "Late, I know.")),
        "undecided": HandIn(solved(NOTEBOOK), undecided=("sample",)),
    } | {name: HandIn(released(NOTEBOOK)) for name in NAMES}
    grade_class(folder, NAME, students)
    with Gradebook(ClassFolder(folder).url) as book:
        submission = book.find_submission(NAME, "late")
        submission.assignment.duedate = datetime(2026, 1, 1)
        submission.timestamp = datetime(2026, 1, 1) + timedelta(hours=3, minutes=5)
        book.find_grade("test_apply_temperature", NAME, NAME, "late").manual_score = 0.5
        book.db.commit()
    grade_by_hand(folder, NAME, "late", PROSE, 2.5, f"Well seen. {SCRIPT}")
    policy = replace(syllabus(), late_policy="tests.classes.TakesSome")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograde.gradebook.syllabus", lambda: policy)
        patch.setattr("autograde.release.syllabus", lambda: policy)
        feedback.write_feedback(folder, [])
        yield folder


def html(folder, student: str) -> str:
    return (folder / "feedback" / student / f"{NAME}.html").read_text("utf-8")


def sums(text: str) -> list[float]:
    """The column of points in the table that adds up, the total last."""
    table = re.search(r"<caption.*?How the points add up.*?<tbody>(.*?)</tbody>", text, re.DOTALL)
    return [
        float(number.replace("\N{MINUS SIGN}", "-"))
        for number in re.findall(r'<td class="num">(.*?)</td>', table[1])
    ]


def test_every_student_has_a_page_that_stands_alone_and_can_be_read(folder):
    students = results(folder, NAME)["students"]
    assert {path.name for path in (folder / "feedback").iterdir()} == set(students)
    for student in students:
        text = html(folder, student)
        pages.check(text)
        assert "{{" not in text.replace("{{7*7}}", "")


def test_marks_add_up_to_what_the_gradebook_says(folder):
    [marked] = read_marks(folder, [NAME])
    with Gradebook(ClassFolder(folder).url) as book:
        expected = {
            s.student.id: (max(0, s.score - s.late_submission_penalty), s.max_score)
            for s in book.assignment_submissions(NAME)
        }
    for student, marks in marked.students.items():
        *parts, total = sums(html(folder, student))
        assert sum(parts) == pytest.approx(total) == expected[student][0] == marks.total
        assert marks.max == expected[student][1] == POINTS + 3
    late = marked.students["late"]
    assert (late.auto, late.by_hand, late.bonus, late.taken) == (POINTS - 2, 3.0, BONUS, 4.5)


def test_a_penalty_takes_no_more_than_there_is(folder):
    [marked] = read_marks(folder, [NAME])
    late = marked.students["late"]
    more = replace(late, penalty=99.0)
    assert more.total == 0 and more.auto + more.by_hand + more.bonus - more.taken == 0


def test_findings_teach_and_name_the_misconception(folder):
    text = pages.check(html(folder, "mixed")).text
    assert "The token that crosses p has to stay." in text
    assert "known mistake: crossing token dropped" in text
    assert "known mistake: raised" not in text and "known mistake: not implemented" not in text
    assert f"{len(NOTEBOOK.exercises) - 3} of {len(NOTEBOOK.exercises)} passed" in text
    assert text.count("not tried") == 1 and text.count("not yet") == 2


def test_a_student_finds_their_own_code_text_and_pictures(folder):
    found = pages.check(html(folder, "mixed"))
    assert "return 'mine'" in found.text and "it runs" in found.text
    assert "my_own = 1" in found.text and "own output" in found.text
    assert "> because" in found.text
    assert len(found.all("img")) == 1
    assert "Show it (1)" in found.text  # what the release gives is not theirs


def test_problems_are_in_the_students_words(folder):
    text = pages.check(html(folder, "mixed")).text
    assert "A cell ran for too long and was stopped. (top_p_filter)" in text
    assert f"{feedback.PROBLEMS['matched_by_position']} (sample)" in text
    assert "hidden tests can be read" not in text


def test_what_is_pending_is_said_and_what_a_person_gave_is_shown(folder):
    mixed = pages.check(html(folder, "mixed")).text
    assert f"A person still marks {PROSE}" in mixed
    late = pages.check(html(folder, "late")).text
    assert "A person still marks" not in late
    assert "Well seen." in late and "2.5 of 3" in late
    assert "The program gave 2; the mark of a person counts." in late
    assert "Handed in 3 h 5 min after the due date: 4.5 points are taken off" in late
    undecided = pages.check(html(folder, "undecided")).text
    assert "A person still marks sample" in undecided
    assert feedback.PROBLEMS["not_judged"] in undecided and "oracle" not in undecided
    untouched = pages.check(html(folder, "untouched")).text
    assert "not answered 0 of 3" in untouched


def test_who_handed_in_no_notebook_learns_why_and_what_to_do(folder):
    text = pages.check(html(folder, "broken")).text
    assert "The file ends in the middle." in text and "Download your notebook" in text
    assert "known mistake" not in text and "passed" not in text


def test_nothing_of_a_students_runs_and_nothing_hidden_is_shown(folder):
    text = html(folder, "hostile")
    found = pages.check(text)
    assert found.all("img") == []  # none of their pictures is one
    assert "plain </pre></style><script>" in found.text  # as text it is theirs to see
    assert "HIDDEN" not in text and "/srv/" not in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "49" not in re.findall(r"7\*7|49", text)


def test_no_folder_of_the_machine_is_shown(folder):
    text = html(folder, "mixed")
    assert "/srv/" not in text and "UserWarning" not in text
    assert "no file …/model.bin" in text


def test_no_page_names_another_student(folder):
    for student in ("anna", "mixed", "broken", "late"):
        text = html(folder, student)
        for other in {"anna", "mixed", "hostile", "untouched", "undecided", "王小明"} - {student}:
            assert not re.search(rf"\b{other}\b", text), (student, other)


def test_grading_by_hand_reaches_feedback_and_survives_a_regrade(folder, tmp_path):
    students = {"anna": HandIn(write_prose(solved(NOTEBOOK), "I think."))}
    grade_class(tmp_path, NAME, students)
    grade_by_hand(tmp_path, NAME, "anna", PROSE, 1.5, "More of this.")
    totals = []
    for again in (False, True):
        if again:
            students["anna"].findings["sample"] = Finding("wrong_law", "drawn from another law.")
            (tmp_path / "gradebook.db").touch()
            for kept in (tmp_path / ".verdicts" / NAME).iterdir():
                kept.unlink()
            grade_class(tmp_path, NAME, students)
        feedback.write_feedback(tmp_path, [NAME])
        text = html(tmp_path, "anna")
        assert "More of this." in text and "1.5 of 3" in pages.check(text).text
        totals.append(sums(text)[-1])
    assert totals == [POINTS + BONUS + 1.5, POINTS + BONUS + 1.5 - NOTEBOOK.points["sample"]]


# --- the parts


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("File /usr/lib/python3/site.py, line 2", "File …/site.py, line 2"),
        (r"C:\Users\someone\x.py", "…/x.py"),
        ("half 1/2 and/or https://example.org/a/b", "half 1/2 and/or https://example.org/a/b"),
        ("'/tmp/a-b/c.txt', then a/b", "'…/c.txt', then a/b"),
    ],
)
def test_folders_are_cut_from_paths(text, without):
    assert page.without_paths(text) == without


def test_what_a_terminal_or_a_half_character_would_do_is_gone():
    assert page.plain_text("\x1b[31mred\x1b[0m \ud800 a\u202eb\tc\r\n") == "red ? a\ufffdb\tc\n"


def test_long_texts_are_cut():
    assert page.plain_text("x" * 5000, 100).startswith("x" * 100 + "\n… 4,900 more")
    assert len(page.code("x = 1\n" * 100_000)) < 40_000


@pytest.mark.parametrize(
    "data", ["", "no base64!", png()[:40], base64.b64encode(b"<svg/>").decode(), None, 7]
)
def test_what_is_no_picture_is_none(data):
    assert page.picture(data) is None


def test_a_picture_is_made_anew(monkeypatch):
    file = io.BytesIO()
    image = Image.new("P", (30, 20))
    image.save(file, "PNG", comment="hostile")
    data = file.getvalue() + b"<script>hostile_script()</script>"
    made = base64.b64decode(page.picture(base64.b64encode(data).decode()).partition(",")[2])
    assert b"hostile" in data and b"hostile" not in made
    monkeypatch.setattr(page, "PICTURE_PIXELS", 10)
    assert page.picture(png()) is None


def test_every_problem_of_the_grader_has_a_sentence_for_students_or_is_none_of_theirs():
    listed = (ROOT / "docs" / "grading.md").read_text("utf-8")
    table = listed[listed.index("| problems |") : listed.index("Limits (defaults")]
    codes = {
        code
        for row in table.splitlines()
        for code in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    }
    codes = (codes - {"matched_by_…"}) | {
        f"matched_by_{how}" for how in ("definition", "similarity", "position")
    }
    assert codes - set(feedback.PROBLEMS) == {"judged_in_process", "unreadable"}
    assert {code for fixture in load_corpus() for code in fixture.problems} <= codes | {
        "unreadable"
    }


def test_general_findings_are_those_of_the_contract():
    contract = (ROOT / "docs" / "contract.md").read_text("utf-8")
    table = contract[
        contract.index("| finding | when |") : contract.index("An exercise is a function")
    ]
    named = {
        id
        for row in table.splitlines()[2:]
        if "|" in row
        for id in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    assert named == GENERAL - {"test_failed"}


def test_colours_can_be_read():
    style = (ROOT / "autograde" / "templates" / "page.css").read_text("utf-8")
    assert {pair: value for pair, value in pages.contrasts(style).items() if value < 4.5} == {}


# --- the command


def autograde(*arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "autograde", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_command_prints_the_folder_last(folder):
    said = autograde("feedback", NAME, "--output", str(folder))
    assert said.splitlines()[-1] == str(folder / "feedback")


@pytest.mark.parametrize("command", ["feedback", "report"])
def test_without_marks_it_is_said_in_one_sentence(folder, tmp_path, command):
    said = autograde(command, "--output", str(tmp_path), code=2)
    assert "nothing has been graded" in said and "autograde grade" in said
    said = autograde(command, "01_inference_pipeline", "--output", str(folder), code=2)
    assert f"has no marks of 01_inference_pipeline; it has: {NAME}" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is a Linux program")
def test_what_the_hostile_corpus_shows_is_text_after_real_grading(tmp_path):
    corpus = [fixture for fixture in load_corpus() if fixture.number == 28]
    for fixture in corpus:
        write(fixture, tmp_path / "submitted" / fixture.name / ASSIGNMENT)
    grade(find_task(ASSIGNMENT), tmp_path / "submitted", tmp_path, workers=2)
    feedback.write_feedback(tmp_path, [])
    write_report(tmp_path, [])
    everything = ""
    for path in sorted(tmp_path.glob("feedback/*/*.html")):
        everything += pages.check(path.read_text("utf-8")).text
    assert everything.count("hostile_script()") > 3  # as text, which is theirs to see
    report = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "hostile_script()" in pages.check(report, links=("#", "../feedback/")).text
    for place in (sys.prefix, sys.base_prefix, str(tmp_path)):
        assert place not in everything


# --- in a browser


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("student", ["mixed", "hostile", "late", "broken"])
def test_a_browser_fetches_and_runs_nothing_and_no_page_scrolls_sideways(
    folder, browser, student, width
):
    path = folder / "feedback" / student / f"{NAME}.html"
    pages.browse(browser, path, width)


@pytest.mark.slow
def test_axe_is_asked(browser):
    tab = browser.new_page()
    tab.set_content('<html lang="en"><title>A picture</title><img src="data:,">')
    [found] = pages.barriers(tab)
    assert found.startswith("image-alt")
    tab.close()


# --- formgrader, where a person reads what students made


class Tags(HTMLParser):
    """The tags of a page with their attributes, and the text of its scripts."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.scripts = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, {key: value or "" for key, value in attributes}))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script":
            self.scripts += data


def test_formgrader_runs_nothing_of_a_students(folder):
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader.handlers import template_path
    from traitlets.config import Config

    from autograde.gradebook import configure_class

    config = configure_class(Config())
    config.HTMLExporter.template_name = "formgrade"  # as formgrader sets them
    config.HTMLExporter.extra_template_basedirs = [template_path]
    resources = dict.fromkeys(
        "assignment_id notebook_id submission_id base_url student last_name first_name notebook_path".split(),
        "x",
    )
    path = folder / "autograded" / "hostile" / NAME / f"{NAME}.ipynb"
    text, _ = HTMLExporter(config=config).from_filename(
        str(path), resources=resources | {"index": 0, "total": 1}
    )
    shown = Tags(text)
    assert "hostile_script" in text  # as text
    assert "hostile_script" not in shown.scripts
    for tag, attributes in shown.tags:
        for name, value in attributes.items():
            assert not (name.startswith("on") and "hostile" in value), (tag, name)
            assert not value.strip().lower().startswith(("javascript:", "data:text")), (tag, value)
        assert tag not in ("iframe", "object", "embed", "base")
    assert any("&lt;script&gt;" in line for line in text.splitlines())


def test_formgrader_shows_prose_tables_and_pictures_as_they_are():
    drawn = '<img src="data:image/png;base64,iVBORw0KGgo=" alt="bars" onload="x()">'
    shown = clean_markdown(
        f"# A head\n\nOne **bold** word.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{drawn}"
    )
    for part in ("<h1>", "<p>One <strong>bold</strong> word.</p>", "<td>1</td>"):
        assert part in shown
    assert '<img src="data:image/png;base64,iVBORw0KGgo=" alt="bars">' in shown


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/seen.png">',
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
        '<a href="data:text/html,x">a</a>',
        '<a href=" JAVASCRIPT:x()">a</a>',
        '<b id="reflect_decoding" class="score" style="position: fixed" onclick="x()">a</b>',
    ],
)
def test_formgrader_keeps_no_attribute_that_does_something(html):
    shown = clean_html(html)
    assert not re.search(r"\b(src|href|id|class|style|onclick)=", shown)


@pytest.mark.parametrize(
    "tag", ["script", "iframe", "form", "input", "style", "svg", "object", "base"]
)
def test_formgrader_shows_no_element_that_does_something(tag):
    assert f"<{tag}" not in clean_html(f"<{tag}>x</{tag}>")
