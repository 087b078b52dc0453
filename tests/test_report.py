"""`autograde report`: the class in a browser, for one student and for five hundred."""

import random
import re

import pytest

from autograde.bank import answers
from autograde.demo import disguised
from autograde.exercise import Finding
from autograde.feedback import write_feedback
from autograde.marks import read_marks
from autograde.report import write_report
from autograde.similar import similar_pairs
from autograde.syllabus import syllabus
from tests import pages
from tests.classes import HandIn, grade_by_hand, grade_class
from tests.notebooks import released, solutions, solved, with_answers
from tests.test_feedback import NAME, NAMES, NOTEBOOK, PROSE, SCRIPT, autograde, write_prose

CROSSING = Finding("crossing_token_dropped", "the token that crosses p has to stay.")
OTHER = syllabus().notebook("01_inference_pipeline")


def written(number: int) -> dict[str, str]:
    """Right answers, a style drawn for each exercise: what one student would write."""
    draw = random.Random(number)
    right = {name: [] for name in NOTEBOOK.exercises}
    for answer in answers(NOTEBOOK):
        if answer.finding is None:
            right[answer.exercise].append(answer.source)
    return {name: draw.choice(sources) for name, sources in right.items()}


def answered(number: int):
    return with_answers(NOTEBOOK, written(number))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    copied = written(1)
    students = {f"right{n}": HandIn(answered(10 + n)) for n in range(6)}
    students |= {
        "one": HandIn(with_answers(NOTEBOOK, copied)),
        "other": HandIn(with_answers(NOTEBOOK, {n: disguised(s) for n, s in copied.items()})),
        "crosses": HandIn(write_prose(answered(30), "Mine."), {"top_p_filter": CROSSING}),
        "crosses_too": HandIn(answered(31), {"top_p_filter": CROSSING}),
        "fails": HandIn(answered(32), {"top_p_filter": Finding("raised", SCRIPT)}),
        "untouched": HandIn(
            released(NOTEBOOK),
            {name: Finding("not_implemented", "the stub is there.") for name in NOTEBOOK.exercises},
        ),
        "broken": HandIn(solved(NOTEBOOK), unreadable="The file ends in the middle."),
    }
    students |= {name: HandIn(solved(NOTEBOOK), unreadable="Empty.") for name in NAMES}
    grade_class(folder, NAME, students)
    return folder


@pytest.fixture(scope="module")
def page(folder):
    path = write_report(folder, [])
    assert path == folder / "report" / "index.html"
    return pages.check(path.read_text("utf-8"))


def test_the_distribution_has_a_table_that_says_the_same(page):
    table = re.search(r"The same as a table.*?<tbody>(.*?)</tbody>", page.source, re.DOTALL)[1]
    counts = dict(re.findall(r'<th scope="row">(.*?)</th><td class="num">(\d+)</td>', table))
    assert sum(map(int, counts.values())) == 12  # who could be read
    # 36 of 37 points and 8 of bonus; a whole notebook without top_p_filter; nothing.
    assert counts["100 % and more"] == "11" and counts["0 to 9 %"] == "1"
    [bars] = [text for a, text in page.all("svg") if a.get("role") == "img"]
    assert "11 at 100 % and more" in bars and "1 at 0 to 9 %" in bars


def test_pass_rates_and_seconds_of_each_exercise(page):
    assert "top_p_filter 3 67 % 8 of 12 1 0.25" in page.text
    assert "sample 3 92 % 11 of 12 1 0.25" in page.text


def test_the_exercise_for_next_week_has_its_reason(page):
    assert "Talk about top_p_filter: it cost the class the most points, 12 of 36." in page.text
    assert "4 of 12 did not pass it, 1 did not try it." in page.text
    assert f"2 got crossing token dropped: T{CROSSING.message[1:]}" in page.text


def test_misconceptions_come_with_how_many_met_them(page):
    found = page.text[page.text.index("Misconceptions met") :]
    assert "crossing token dropped top_p_filter 2" in found
    assert "not implemented" not in found
    assert found.index("crossing token dropped") < found.index("raised top_p_filter 1")


def test_near_identical_answers_are_a_hint_side_by_side(page):
    part = page.text[page.text.index("Near-identical answers") : page.text.index("Every student")]
    assert "1 pair of 12 hand-ins" in part and "A hint, not a proof" in part
    assert "one and other: 100 % in common" in part
    assert part.count("my own idea") >= 4


def test_what_is_left_to_do_is_listed(page):
    assert f"crosses: {PROSE}" in page.text
    assert "broken: The file ends in the middle." in page.text
    assert "1 wait for a person" in page.text


def test_it_follows_what_a_person_gives_and_links_to_feedback(folder, page):
    grade_by_hand(folder, NAME, "crosses", PROSE, 3)
    write_feedback(folder, [])
    again = pages.check(
        write_report(folder, [NAME]).read_text("utf-8"), links=("#", "../feedback/")
    )
    assert "0 wait for a person" in again.text and f"crosses: {PROSE}" not in again.text
    links = [a["href"] for a, _ in again.all("a") if a["href"].startswith("../")]
    [marked] = read_marks(folder, [])
    assert len(links) == len(marked.students)
    assert "../feedback/%3Cscript%3Ehostile_script%28%29%3Cscript%3E/" in "".join(links)


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1200])
def test_a_browser_fetches_and_runs_nothing_and_the_page_does_not_scroll_sideways(
    folder, page, browser, width
):
    pages.browse(browser, folder / "report" / "index.html", width)


def test_one_student_and_several_notebooks(tmp_path):
    grade_class(tmp_path, NAME, {"anna": HandIn(solved(NOTEBOOK))})
    grade_class(
        tmp_path, OTHER.folder, {"anna": HandIn(solved(OTHER)), "bert": HandIn(released(OTHER))}
    )
    page = pages.check(write_report(tmp_path, []).read_text("utf-8"))
    assert [text for _, text in page.all("h2")] == ["All notebooks", OTHER.title, NOTEBOOK.title]
    assert "Everybody passed every exercise" in page.text
    assert "No two of 1 hand-ins are alike" in page.text
    alone = pages.check(write_report(tmp_path, [OTHER.folder]).read_text("utf-8"))
    assert [text for _, text in alone.all("h2")] == [OTHER.title]


def test_nobody_could_be_read(tmp_path):
    grade_class(tmp_path, NAME, {"anna": HandIn(solved(NOTEBOOK), unreadable="Empty.")})
    page = pages.check(write_report(tmp_path, []).read_text("utf-8"))
    assert "No hand-in could be read." in page.text and "anna: Empty." in page.text


def test_the_command_prints_the_page_last(folder):
    said = autograde("report", NAME, "--output", str(folder))
    assert said.splitlines()[-1] == str(folder / "report" / "index.html")


# --- near-identical answers


def pairs(students: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    release = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in released(NOTEBOOK).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    return [(pair.one, pair.other) for pair in similar_pairs(students, release)]


def test_two_copies_are_found_in_a_class_of_any_size():
    copy = written(0)
    for others in (0, 1, 3, 30):
        students = {f"s{n:02}": written(100 + n) for n in range(others)}
        students |= {"a": copy, "b": {name: disguised(source) for name, source in copy.items()}}
        assert pairs(students) == [("a", "b")], others


def test_a_copy_in_which_some_exercises_are_ones_own_is_found():
    mixed = written(0) | {name: written(7)[name] for name in ("distinct_n", "sample")}
    students = {f"s{n:02}": written(100 + n) for n in range(12)} | {"a": written(0), "b": mixed}
    assert pairs(students) == [("a", "b")]


def test_what_the_release_gives_or_all_have_is_no_copy():
    stubs = dict.fromkeys(NOTEBOOK.exercises, "")
    same = solutions(NOTEBOOK)
    assert pairs({"a": stubs, "b": stubs}) == []
    assert pairs({f"s{n}": same for n in range(10)}) == []
    assert (
        pairs(
            {
                "a": {"sample": "def sample(x):\n    return x"},
                "b": {"sample": "def sample(y):\n    return y"},
            }
        )
        == []
    )


def test_what_is_no_python_is_compared_all_the_same():
    text = {"sample": "this is (no python " + " ".join(f"w{n}" for n in range(60))}
    assert pairs({"a": text, "b": text, "c": {"sample": "("}}) == [("a", "b")]
