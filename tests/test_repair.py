"""Submissions as they come back, malformed in every way of `autograde.repair`."""

import json
import os
import random
import warnings

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode, v4

from autograde.repair import (
    LISTED,
    MAX_BYTES,
    MAX_CELLS,
    Problem,
    Unreadable,
    find_notebook,
    read_notebook,
    rebuild,
)
from autograde.syllabus import syllabus
from tests.notebooks import grade_id, released, solved

NOTEBOOK = syllabus().notebook("01_inference_pipeline")
NAME = "homework"
STAMP = "0123456789ab"
TIMES_OUT = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


# --- Small notebooks -----------------------------------------------------------------------------


def cell(kind: str, id: str, source: str, **nbgrader) -> NotebookNode:
    made = {
        "code": v4.new_code_cell,
        "markdown": v4.new_markdown_cell,
        "raw": v4.new_raw_cell,
    }[kind](source, id=id)
    if nbgrader:
        flags = {"grade": False, "locked": False, "solution": False, "task": False}
        made.metadata["nbgrader"] = flags | nbgrader
    return made


def own(source: str, kind: str = "code") -> NotebookNode:
    own.made += 1
    return cell(kind, f"own-{own.made}", source)


own.made = 0


def validate(nb: NotebookNode) -> None:
    """As nbformat does, which mends what it can and only warns of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(nb)


def stub(name: str) -> str:
    return f'def {name}(x):\n    """Of x, {name}."""\n    raise NotImplementedError("exercise {name}: your code goes here")'


def answer(name: str) -> str:
    return f'def {name}(x):\n    """Of x, {name}."""\n    return "{name}", x'


FUNCTIONS = ("double", "halve", "square")


def small_release() -> NotebookNode:
    cells = [
        cell("markdown", "markdown-000", "# A title\n\nWhat it is about."),
        cell("code", "code-001", "import math\n\nlimit_of_all = 3"),
    ]
    for name in FUNCTIONS:
        at = len(cells)
        cells += [
            cell(
                "markdown", f"markdown-{at:03d}", f"**Exercise `{name}`**: what to do about {name}"
            ),
            cell("code", name, stub(name), grade_id=name, solution=True),
            cell("code", f"try_{name}", f"assert {name}(1)", grade_id=f"try_{name}", locked=True),
            cell(
                "code",
                f"test_{name}",
                f"# The marks for {name} are given here.",
                grade_id=f"test_{name}",
                locked=True,
                grade=True,
                points=2,
            ),
            cell("code", f"code-{at + 4:03d}", f"my_guess = None  # of {name}\nprint({name}(2))"),
        ]
    cells += [
        cell("code", "answer", "answer = None  # exercise answer: your answer goes here",
             grade_id="answer", solution=True),
        cell("code", "test_answer", "# The marks for answer are given here.",
             grade_id="test_answer", locked=True, grade=True, points=1),
        cell("markdown", "reflect_all", "*Your answer goes here.*",
             grade_id="reflect_all", solution=True, grade=True, points=1),
        cell("markdown", "markdown-020", "The end, and what comes next."),
    ]  # fmt: skip
    nb = v4.new_notebook(cells=cells)
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "next_token": {"release": STAMP},
        }
    )
    validate(nb)
    return nb


RELEASE = small_release()
ANSWERS = {name: answer(name) for name in FUNCTIONS} | {
    "answer": "answer = 42",
    "reflect_all": "Everything is a token.",
}


def done() -> NotebookNode:
    """The small release, solved."""
    nb = small_release()
    for each in nb.cells:
        each.source = ANSWERS.get(grade_id(each), each.source)
    return nb


def at(nb: NotebookNode, id: str) -> int:
    return next(place for place, each in enumerate(nb.cells) if id in (each.id, grade_id(each)))


def get(nb: NotebookNode, id: str) -> NotebookNode:
    return nb.cells[at(nb, id)]


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def sources(nb: NotebookNode) -> list[str]:
    return [each.source for each in nb.cells]


def strip_marks(nb: NotebookNode) -> NotebookNode:
    for each in nb.cells:
        each.metadata = NotebookNode()
    return nb


def strip_ids(nb: NotebookNode) -> NotebookNode:
    for number, each in enumerate(nb.cells):
        each.id = f"colab{number}"
    return nb


def written(nb: NotebookNode) -> bytes:
    return nbformat.writes(nb, version=nbformat.NO_CONVERT).encode()


def repaired(
    nb: NotebookNode, release: NotebookNode = RELEASE
) -> tuple[NotebookNode, list[Problem]]:
    """Rebuilt, with everything checked that holds for any submission."""
    before = json.dumps(nb)
    result, problems = rebuild(nb, release)
    assert json.dumps(nb) == before, "the submission was changed"
    validate(result)
    assert result.metadata == release.metadata
    theirs = [each for each in result.cells if each.metadata.next_token.origin != "student"]
    of_release = {each.id: each for each in release.cells}
    kept = [each.id for each in theirs]
    assert kept == [id for id in of_release if id in kept], "not the release's order"
    for each in theirs:
        original = of_release[each.id]
        assert each.cell_type == original.cell_type
        assert each.metadata == original.metadata | {"next_token": each.metadata.next_token}
        same = each.source == original.source
        assert each.metadata.next_token.origin == ("release" if same else "changed")
        flags = original.metadata.get("nbgrader", {})
        if flags.get("locked"):
            assert same
    missing = [each for each in release.cells if each.id not in kept]
    assert all(each.metadata.nbgrader.solution and each.cell_type == "code" for each in missing)
    for each in result.cells:
        if each.metadata.next_token.origin == "student":
            assert list(each.metadata) == ["next_token"] and each.id not in of_release
        if each.cell_type == "code":
            assert each.outputs == [] and each.execution_count is None
    names = {grade_id(each) for each in release.cells} | set(of_release) | {None}
    for problem in problems:
        assert problem.code.isidentifier() and problem.cell in names
        assert len(problem.message) <= 200 and not set(problem.message) & set("<>&`\n")
    assert max(codes(problems).count(code) for code in [*codes(problems), ""]) <= LISTED + 1
    again, _ = rebuild(result, release)
    assert sources(again) == sources(result), "not idempotent"
    return result, problems


def assert_full(nb: NotebookNode) -> None:
    for id, source in ANSWERS.items():
        assert get(nb, id).source == source


# --- Which file (46) -----------------------------------------------------------------------------


def put(path, age: int = 0, text: str = "{}"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def test_the_notebook_of_that_name_wins_though_another_is_newer(tmp_path):
    wanted = put(tmp_path / f"{NAME}.ipynb", age=9)
    put(tmp_path / f"{NAME}(1).ipynb")
    put(tmp_path / ".ipynb_checkpoints" / f"{NAME}-checkpoint.ipynb")
    assert find_notebook(tmp_path, NAME) == (wanted, [])


@pytest.mark.parametrize("name", [f"{NAME}(1).ipynb", f"Copy of {NAME}.ipynb", "Ünïcode 😀.IPYNB"])
def test_the_only_notebook_whatever_its_name(tmp_path, name):
    wanted = put(tmp_path / name)
    put(tmp_path / f"._{NAME}.ipynb")
    put(tmp_path / f"{NAME}.py")
    path, problems = find_notebook(tmp_path, NAME)
    assert path == wanted and codes(problems) == ["other_name"]


def test_of_several_the_newest_flagged(tmp_path):
    put(tmp_path / "a.ipynb", age=5)
    newest = put(tmp_path / "b.ipynb")
    put(tmp_path / "c.ipynb", age=7)
    path, problems = find_notebook(tmp_path, NAME)
    assert path == newest and codes(problems) == ["several_notebooks"]


def test_one_folder_deep_and_no_deeper(tmp_path):
    put(tmp_path / "a" / "b" / f"{NAME}.ipynb")
    put(tmp_path / "__MACOSX" / f"{NAME}.ipynb")
    with pytest.raises(Unreadable, match="no notebook"):
        find_notebook(tmp_path, NAME)
    wanted = put(tmp_path / "a" / f"{NAME}.ipynb")
    path, problems = find_notebook(tmp_path, NAME)
    assert path == wanted and codes(problems) == ["in_subfolder"]


def test_links_pipes_and_folders_are_never_opened(tmp_path):
    secret = put(tmp_path / "secret.ipynb")
    folder = tmp_path / "alice"
    folder.mkdir()
    (folder / f"{NAME}.ipynb").symlink_to(secret)
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "folder.ipynb").mkdir()
    (folder / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(Unreadable, match="symbolic link"):
        find_notebook(folder, NAME)
    wanted = put(folder / "mine.ipynb")
    path, problems = find_notebook(folder, NAME)
    assert path == wanted and codes(problems) == ["file_refused", "other_name"]
    (tmp_path / "bob").symlink_to(folder)
    with pytest.raises(Unreadable, match="symbolic link"):
        find_notebook(tmp_path / "bob", NAME)


def test_no_notebook_at_all(tmp_path):
    with pytest.raises(Unreadable, match="is empty"):
        find_notebook(tmp_path, NAME)
    put(tmp_path / f"{NAME}.py")
    with pytest.raises(Unreadable, match="Python file"):
        find_notebook(tmp_path, NAME)
    with pytest.raises(Unreadable, match="no folder"):
        find_notebook(tmp_path / "nobody", NAME)
    with pytest.raises(Unreadable, match="no folder"):
        find_notebook(tmp_path / f"{NAME}.py", NAME)


def test_a_file_too_large_to_read(tmp_path):
    with open(tmp_path / f"{NAME}.ipynb", "wb") as file:
        file.truncate(MAX_BYTES + 1)  # sparse
    with pytest.raises(Unreadable, match="32 MB"):
        find_notebook(tmp_path, NAME)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read any folder")
def test_a_folder_that_may_not_be_entered(tmp_path):
    put(tmp_path / "closed" / f"{NAME}.ipynb")
    for mode in (0o000, 0o600):
        (tmp_path / "closed").chmod(mode)
        with pytest.raises(Unreadable, match="can be read"):
            find_notebook(tmp_path / "closed", NAME)
    (tmp_path / "closed").chmod(0o700)


# --- Bytes (39) ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
    ],
)
def test_encodings(encode):
    nb = done()
    get(nb, "double").source += "  # naïve 😀"
    text = json.dumps(nb, ensure_ascii=False)
    found, problems = read_notebook(encode(text))
    assert sources(found) == sources(nb) and problems == []


def test_what_is_not_utf8_is_read_with_replacements():
    nb = done()
    get(nb, "halve").source += "  # naïve"
    found, problems = read_notebook(json.dumps(nb, ensure_ascii=False).encode("latin-1"))
    assert codes(problems) == ["encoding"]
    assert get(found, "halve").source == answer("halve") + "  # na\ufffdve"


def test_nul_bytes():
    data = written(done())
    found, problems = read_notebook(data + b"\0" * 512)
    assert sources(found) == sources(done()) and codes(problems) == ["nul_bytes"]
    found, problems = read_notebook(data.replace(b"return", b"ret\0urn", 1))
    assert sources(found) == sources(done()) and codes(problems) == ["nul_bytes"]
    found, _ = read_notebook(data.replace(b"return", b"ret\\u0000urn", 1))
    assert sources(found) == sources(done())


DEEP = b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf", "not a notebook|empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"\0\0\0\0", "empty|not"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "web page"),
        (b'\n <?xml version="1.0"?>', "web page"),
        (b"PK\3\4\0\0\0\0", "zip"),
        (b"import torch\n", "not JSON"),
        (b"%PDF-1.7", "not JSON"),
        (written(done())[:900], "truncated"),
        (written(done())[:-2].rstrip(), "truncated"),
        (written(done()).replace(b'"cells"', b"<<<<<<< HEAD\n"), "damaged"),
        (b"[]", "not a notebook"),
        (b"null", "not a notebook"),
        (b"3", "not JSON|not a notebook"),
        (b'"cells"', "not a notebook|not JSON"),
        (b"{}", "no list of cells"),
        (b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "no list of cells"),
        (b'{"cells": {}, "worksheets": null}', "no list of cells"),
        (DEEP, "nested"),
        (b"[" * 200_000, "nested|not JSON"),
        (json.dumps({"cells": [{}] * (MAX_CELLS + 1)}).encode(), "2001 cells"),
        (b" " * (MAX_BYTES + 1), "32 MB"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_one_sentence(data, sentence):
    with pytest.raises(Unreadable, match=sentence) as caught:
        read_notebook(data)
    said = str(caught.value)
    assert len(said) <= 200 and said.endswith(".") and not set(said) & set("<>&`\n")


def test_no_bytes_raise_anything_else():
    """A few hundred notebooks with damaged bytes."""
    chance = random.Random(39)
    data = written(done())
    tokens = [b"{", b"}", b"[", b"]", b'"', b"null", b"3", b"1e999", b"-", b"\\ud800", b"\0", b"\xff", b",", b":",
              b'"cells"', b'"source"', b'"metadata"', b"NaN", b"9" * 5000]  # fmt: skip
    read = 0
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            start = chance.randrange(len(damaged))
            kind = chance.randrange(4)
            if kind == 0:
                damaged[start] = chance.randrange(256)
            elif kind == 1:
                damaged[start : start + chance.randrange(60)] = b""
            elif kind == 2:
                damaged[start:start] = chance.choice(tokens)
            else:
                damaged[start:start] = damaged[start : start + chance.randrange(300)]
        try:
            nb, _ = read_notebook(bytes(damaged))
        except Unreadable as error:
            assert str(error)
            continue
        read += 1
        validate(nb)
        repaired(nb)
    assert read > 20


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["code", "markdown", "x", "\ud800", "double"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["cell_type", "source", "input", "metadata", "id", "nbgrader", "grade_id", "cells", "level",
                         "release", "next_token", "points"]),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@TIMES_OUT
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "cells": st.lists(JSON, max_size=6) | JSON,
            "worksheets": st.lists(JSON, max_size=3),
            "metadata": JSON,
            "nbformat": JSON,
            "nbformat_minor": JSON,
        },
    )
)
def test_wrong_types_everywhere(raw):
    try:
        nb, problems = read_notebook(json.dumps(raw).encode())
    except Unreadable:
        return
    validate(nb)
    json.dumps(nb, ensure_ascii=False).encode()
    repaired(nb)


# --- Formats (40), widget state (45) -------------------------------------------------------------


def test_format_3():
    cells: list[dict] = [
        {"cell_type": "heading", "level": 2, "source": ["A ", "title"], "metadata": {}}
    ]
    for each in done().cells:
        old = {"cell_type": each.cell_type, "metadata": each.metadata}
        lines = each.source.splitlines(keepends=True)
        if each.cell_type == "code":
            old |= {
                "input": lines,
                "language": "python",
                "prompt_number": 3,
                "outputs": [],
                "collapsed": False,
            }
        else:
            old |= {"source": lines}
        cells.append(old)
    raw = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "x"},
        "worksheets": [{"cells": cells[:4]}, {"cells": cells[4:]}],
    }
    nb, problems = read_notebook(json.dumps(raw).encode())
    validate(nb)
    assert codes(problems) == ["old_format"]
    assert sources(nb) == ["## A title", *sources(done())]
    result, problems = repaired(nb)
    assert_full(result)
    assert codes(problems) == []


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4])
def test_format_4_without_ids(minor):
    raw = json.loads(written(done()))
    raw["nbformat_minor"] = minor
    for each in raw["cells"]:
        del each["id"]
    nb, problems = read_notebook(json.dumps(raw).encode())
    validate(nb)
    assert problems == []
    result, problems = repaired(nb)
    assert_full(result)
    assert problems == []


@pytest.mark.parametrize(("major", "minor", "code"), [(4, 9, "newer_format"), (2, 0, "old_format")])
def test_other_formats_are_read_as_they_are(major, minor, code):
    raw = json.loads(written(done()))
    raw |= {"nbformat": major, "nbformat_minor": minor, "future": {"a": 1}}
    raw["cells"][3]["new_field"] = True
    nb, problems = read_notebook(json.dumps(raw).encode())
    assert sources(nb) == sources(done()) and codes(problems) == [code]


@pytest.mark.parametrize("bad", ["", "a b", "ä", "x" * 65, 3, None, [], "double"])
def test_bad_missing_and_duplicate_ids(bad):
    raw = json.loads(written(done()))
    for each in raw["cells"]:
        each["id"] = bad
    nb, problems = read_notebook(json.dumps(raw).encode())
    validate(nb)
    assert len({each.id for each in nb.cells}) == len(nb.cells) and problems == []
    assert_full(repaired(nb)[0])


def test_cells_without_a_type_or_source():
    raw = json.loads(written(done()))
    raw["cells"] += [
        3,
        None,
        {"cell_type": "sql", "source": "x"},
        {"cell_type": "code", "source": 3},
    ]
    raw["cells"][0]["metadata"] = None
    nb, problems = read_notebook(json.dumps(raw).encode())
    validate(nb)
    assert codes(problems) == ["cell_damaged"] and ": 4." in problems[0].message
    assert_full(repaired(nb)[0])


def test_lone_surrogates_do_not_break_writing():
    raw = json.loads(written(done()))
    raw["cells"][1]["source"] = "x = '\ud83d' '\ud83d\ude00'"
    nb, _ = read_notebook(json.dumps(raw).encode())
    assert nb.cells[1].source == "x = '\ufffd' '😀'"
    result, _ = repaired(nb)
    json.dumps(result, ensure_ascii=False).encode()


def test_numbers_of_any_length():
    raw = written(done()).replace(b'"points": 2', b'"points": ' + b"9" * 10_000, 1)
    nb, _ = read_notebook(raw)
    result, problems = repaired(nb)
    assert codes(problems) == ["metadata_changed"] and problems[0].cell == "test_double"


def test_nothing_of_the_submission_but_its_sources():
    nb = done()
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {"name": "evil", "display_name": "Evil"},
            "widgets": {"application/vnd.jupyter.widget-state+json": {"x": {}}},
            "colab": {"provenance": []},
            "next_token": {"release": STAMP, "origin": "release"},
        }
    )
    for each in nb.cells:
        each.metadata["colab"] = {"base_uri": "https://localhost"}
        each.metadata["next_token"] = {"origin": "release"}
        if each.cell_type == "code":
            each.outputs = [v4.new_output("stream", text="1.0")]
            each.execution_count = 7
    result, problems = repaired(nb)
    assert_full(result)
    assert problems == []
    assert get(result, "double").metadata.next_token.origin == "changed"
    assert get(result, "markdown-000").metadata.next_token.origin == "release"


def test_colab_rewrites_ids():
    nb = strip_ids(done())
    get(nb, "double").metadata["id"] = "abc"
    result, problems = repaired(nb)
    assert_full(result)
    assert problems == []


# --- Metadata stripped (41) or flipped (44) ------------------------------------------------------


def test_all_metadata_stripped_with_ids_left():
    result, problems = repaired(strip_marks(done()))
    assert_full(result)
    assert codes(problems) == ["metadata_stripped"]


def test_all_metadata_and_ids_stripped_is_one_problem():
    nb = strip_ids(strip_marks(done()))
    nb.metadata = NotebookNode()
    nb.cells.insert(at(nb, "colab4"), own("helper = 1"))
    result, problems = repaired(nb)
    assert_full(result)
    assert codes(problems) == ["metadata_stripped"]


def test_the_real_notebook_stripped_of_everything():
    release = released(NOTEBOOK)
    whole = solved(NOTEBOOK)
    for each in whole.cells:
        if "my_guess = None" in each.source:
            each.source = each.source.replace("my_guess = None", "my_guess = 17")
    nb = strip_ids(strip_marks(NotebookNode(whole | {"metadata": NotebookNode()})))
    result, problems = repaired(nb, release)
    assert sources(result) == sources(whole)
    assert codes(problems) == ["metadata_stripped"]


def test_one_lost_id_is_a_guess_by_definition():
    nb = done()
    cell_ = get(nb, "double")
    cell_.metadata, cell_.id = NotebookNode(), "new"
    result, problems = repaired(nb)
    assert_full(result)
    assert [(p.code, p.cell) for p in problems] == [("matched_by_definition", "double")]


def test_one_lost_mark_found_by_its_cell_id():
    nb = done()
    get(nb, "double").metadata = NotebookNode()
    result, problems = repaired(nb)
    assert_full(result)
    assert [(p.code, p.cell) for p in problems] == [("metadata_changed", "double")]


def test_an_edited_cell_without_id_is_a_guess_by_similarity():
    nb = done()
    get(nb, "code-001").source += "\nlimit = 4"
    get(nb, "code-001").id = "new"
    result, problems = repaired(nb)
    assert get(result, "code-001").source.endswith("limit = 4")
    assert [(p.code, p.cell) for p in problems] == [("matched_by_similarity", "code-001")]


def test_prose_without_id_is_a_guess_by_position():
    nb = done()
    reflection = get(nb, "reflect_all")
    reflection.metadata, reflection.id = NotebookNode(), "new"
    result, problems = repaired(nb)
    assert_full(result)
    assert [(p.code, p.cell) for p in problems] == [("matched_by_position", "reflect_all")]


@pytest.mark.parametrize(
    ("id", "flags"),
    [
        ("test_double", {"points": 200}),
        ("test_double", {"locked": False, "grade": False, "solution": True}),
        ("double", {"locked": True}),
        ("double", {"grade": True, "points": 9}),
        ("try_double", {"grade": True, "points": 9, "locked": False}),
        ("reflect_all", {"solution": False}),
    ],
)
def test_flipped_metadata_change_nothing(id, flags):
    nb = done()
    get(nb, id).metadata.nbgrader |= flags
    result, problems = repaired(nb)
    assert_full(result)
    assert [(p.code, p.cell) for p in problems] == [("metadata_changed", id)]


def test_a_cell_that_claims_to_be_a_test():
    nb = done()
    get(nb, "code-006").metadata["nbgrader"] = {
        "grade_id": "mine", "grade": True, "locked": True, "points": 90, "solution": False,
    }  # fmt: skip
    get(nb, "markdown-002").metadata["nbgrader"] = {"grade_id": ["x"], "locked": {}}
    result, problems = repaired(nb)
    assert_full(result)
    assert codes(problems) == ["unknown_grade_id"]


def test_a_changed_test_or_public_check_is_the_releases_again():
    nb = done()
    get(nb, "test_double").source = "5.0"
    get(nb, "try_halve").source = "pass"
    result, problems = repaired(nb)
    assert {(p.code, p.cell) for p in problems} == {
        ("locked_cell_changed", "test_double"),
        ("locked_cell_changed", "try_halve"),
    }


def test_other_white_space_is_no_change():
    nb = done()
    get(nb, "try_double").source = get(nb, "try_double").source.replace("\n", "\r\n") + "  \n"
    get(nb, "markdown-000").source = get(nb, "markdown-000").source.replace("\n", "\r\n")
    result, problems = repaired(nb)
    assert problems == [] and get(result, "markdown-000").metadata.next_token.origin == "release"


# --- Copies and split cells (42) -----------------------------------------------------------------


def copy_of(cell_: NotebookNode, source: str) -> NotebookNode:
    copied = own(source)
    copied.metadata = cell_.metadata
    return copied


def test_a_split_solution_runs_in_its_order():
    nb = done()
    place = at(nb, "double")
    nb.cells[place].source = "factor = 2"
    nb.cells.insert(place + 1, copy_of(nb.cells[place], answer("double")))
    nb.cells.insert(place + 2, own("between = 1"))
    nb.cells.insert(place + 3, copy_of(nb.cells[place], "late = 1"))
    result, problems = repaired(nb)
    start = at(result, "double")
    assert sources(result)[start : start + 4] == [
        "factor = 2",
        answer("double"),
        "between = 1",
        "late = 1",
    ]
    assert [(p.code, p.cell) for p in problems] == [("duplicated", "double")]


@pytest.mark.parametrize("stub_first", [True, False])
def test_an_untouched_copy_of_the_stub_overwrites_nothing(stub_first):
    nb = done()
    place = at(nb, "double")
    nb.cells.insert(place + (not stub_first), copy_of(nb.cells[place], stub("double")))
    result, problems = repaired(nb)
    assert_full(result)
    assert sources(result) == sources(done())
    assert codes(problems) == ["duplicated"] and "1 without work" in problems[0].message


def test_an_untouched_copy_without_metadata_goes_too():
    nb = done()
    nb.cells.insert(at(nb, "double") + 1, own(stub("double")))
    result, problems = repaired(nb)
    assert sources(result) == sources(done()) and codes(problems) == ["duplicated"]


def test_copies_of_the_untouched_stub_are_one():
    nb = small_release()
    nb.cells.insert(at(nb, "double") + 1, copy_of(get(nb, "double"), stub("double")))
    result, problems = repaired(nb)
    assert sources(result) == sources(RELEASE) and codes(problems) == ["duplicated"]


def test_an_empty_half_takes_nothing():
    nb = done()
    place = at(nb, "double")
    nb.cells.insert(place, copy_of(nb.cells[place], " \n"))
    result, _ = repaired(nb)
    assert_full(result)


def test_a_copy_far_above_still_runs_before_the_one_in_place():
    nb = done()
    nb.cells.insert(1, copy_of(get(nb, "square"), "square = 'first try'"))
    result, _ = repaired(nb)
    assert sources(result).index("square = 'first try'") < sources(result).index(answer("square"))


def test_a_copied_test_cell_is_one_test():
    nb = done()
    test = get(nb, "test_double")
    nb.cells.insert(3, copy_of(test, "more = 1"))
    nb.cells.append(copy_of(test, test.source))
    result, problems = repaired(nb)
    assert codes(problems) == ["duplicated"]
    assert sources(result).count(test.source) == 1 and "more = 1" in sources(result)


def test_a_split_given_cell_runs_whole():
    nb = done()
    place = at(nb, "code-001")
    nb.cells[place].source = "import math"
    nb.cells.insert(place + 1, own("limit_of_all = 3"))
    result, problems = repaired(nb)
    assert sources(result)[1:3] == ["import math", "limit_of_all = 3"] and problems == []


# --- Deleted, moved and changed cells (43) -------------------------------------------------------


def test_deleted_cells_come_back_but_no_solution():
    nb = done()
    for id in ("test_double", "try_halve", "code-001", "markdown-000", "reflect_all", "square"):
        del nb.cells[at(nb, id)]
    result, problems = repaired(nb)
    assert {(p.code, p.cell) for p in problems} == {
        ("cell_restored", "test_double"),
        ("cell_restored", "try_halve"),
        ("cell_restored", "code-001"),
        ("cell_restored", "markdown-000"),
        ("cell_restored", "reflect_all"),
        ("solution_missing", "square"),
    }
    kept = [each for each in RELEASE.cells if each.id != "square"]
    assert [each.id for each in result.cells] == [each.id for each in kept]


def test_only_the_solutions_were_handed_in():
    nb = v4.new_notebook(cells=[own(answer(name)) for name in FUNCTIONS] + [own("answer = 42")])
    result, problems = repaired(nb)
    text = "\n".join(sources(result))
    for name in FUNCTIONS:
        assert text.index(answer(name)) < text.index(f"marks for {name} are")
    assert "metadata_stripped" in codes(problems) and "stub_skipped" not in codes(problems)
    assert "raise NotImplementedError" not in text


def test_moved_cells_go_back():
    nb = done()
    nb.cells.append(nb.cells.pop(at(nb, "double")))
    nb.cells.insert(0, nb.cells.pop(at(nb, "test_square")))
    result, problems = repaired(nb)
    assert sources(result) == sources(done()) and codes(problems) == ["cells_reordered"]


def test_reversed():
    nb = done()
    nb.cells.reverse()
    result, problems = repaired(nb)
    assert sources(result) == sources(done()) and codes(problems) == ["cells_reordered"]


def test_own_cells_stay_where_their_neighbours_are():
    nb = done()
    nb.cells.insert(0, own("top = 1"))
    nb.cells.insert(at(nb, "halve"), own("helper = 1"))
    nb.cells.insert(at(nb, "halve") + 1, own("A note.", "markdown"))
    nb.cells.append(own("import os; os._exit(0)"))
    result, problems = repaired(nb)
    assert sources(result) == sources(nb) and problems == []


def test_a_section_moved_with_its_helper_comes_back_with_it():
    nb = done()
    nb.cells.insert(at(nb, "double"), own("helper = 1"))
    start, end = at(nb, "markdown-002"), at(nb, "code-006")
    moved = nb.cells[start:end]
    del nb.cells[start:end]
    nb.cells += moved
    result, problems = repaired(nb)
    assert sources(result)[at(result, "double") - 1] == "helper = 1"
    assert codes(problems) == ["cells_reordered"]


def test_a_helper_under_a_cell_moved_up_stays_up():
    nb = done()
    nb.cells.insert(1, nb.cells.pop(at(nb, "markdown-020")))
    nb.cells.insert(2, own("helper = 1"))
    result, _ = repaired(nb)
    assert sources(result)[1] == "helper = 1"


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_solution_turned_into_text_is_code(kind):
    nb = done()
    place = at(nb, "double")
    turned = own(answer("double"), kind)
    turned.metadata = nb.cells[place].metadata
    nb.cells[place] = turned
    result, problems = repaired(nb)
    assert_full(result)
    assert [(p.code, p.cell) for p in problems] == [("cell_type_changed", "double")]


def test_a_test_turned_into_markdown_is_a_test_again():
    nb = done()
    place = at(nb, "test_double")
    nb.cells[place] = cell(
        "markdown", "x", nb.cells[place].source, **nb.cells[place].metadata.nbgrader
    )
    result, problems = repaired(nb)
    assert sources(result) == sources(done()) and codes(problems) == ["cell_type_changed"]


# --- Right code in the wrong cell ----------------------------------------------------------------


def test_a_definition_above_the_stub_is_not_overwritten():
    nb = small_release()
    nb.cells.insert(1, own(answer("double")))
    nb.cells.insert(at(nb, "answer"), own("if True:\n    answer: int = 42"))
    result, problems = repaired(nb)
    assert {(p.code, p.cell) for p in problems} == {
        ("stub_skipped", "double"),
        ("stub_skipped", "answer"),
    }
    assert stub("double") not in sources(result) and stub("halve") in sources(result)
    assert sources(result)[1] == answer("double")


def test_a_definition_in_another_solution_cell_is_not_overwritten():
    nb = small_release()
    get(nb, "double").source = answer("double") + "\n\n\n" + answer("halve")
    result, problems = repaired(nb)
    assert [(p.code, p.cell) for p in problems] == [("stub_skipped", "halve")]


def test_a_definition_below_the_stub_works_by_itself():
    nb = small_release()
    nb.cells.insert(at(nb, "double") + 1, own(answer("double")))
    result, problems = repaired(nb)
    assert sources(result) == sources(nb) and problems == []


@pytest.mark.parametrize(
    "source",
    [
        "other = 1",
        "def f():\n    def double(x): ...",
        "double == 3",
        "print(double)",
        "'''\ndef double(x):\n    return x\n'''",
        "%%writefile double.py\ndef double(x): ...",
        "# def double(x): ...",
    ],
)
def test_what_does_not_define_the_name_skips_no_stub(source):
    nb = small_release()
    nb.cells.insert(1, own(source))
    result, problems = repaired(nb)
    assert sources(result) == sources(nb) and problems == []


@pytest.mark.parametrize(
    "source",
    [
        "double = lambda x: 2 * x",
        "%%time\ndef double(x): ...",
        "%matplotlib inline\n!ls\ntry:\n    %pip list\n    async def double(x): ...\nfinally: pass",
        "files = !ls\ndef double(x): ...",
        "def double(x):\n    return (",
        "class double: pass",
        "(double, other), *more = 1",
        "double?\ndouble: int = 3",
        "def double(x): ...\n" + "(" * 5000,
        "x = " + "-" * 200_000 + "1\ndouble = 1",
    ],
)
def test_what_defines_the_name(source):
    nb = small_release()
    nb.cells.insert(1, own(source))
    _, problems = repaired(nb)
    assert codes(problems) == ["stub_skipped"]


def test_of_a_stub_only_what_was_defined_above_is_cut():
    release = small_release()
    mixed = (
        "import math\n\nSIZE = 4\n\n\n@staticmethod\n" + stub("double") + "\n\n\n" + stub("halve")
    )
    get(release, "double").source = mixed
    release.cells = [each for each in release.cells if each.id not in ("halve",)]
    nb = NotebookNode(release | {"cells": list(release.cells)})
    nb.cells.insert(1, own(answer("double")))
    result, problems = repaired(nb, release)
    left = get(result, "double").source
    assert left.startswith("import math\n\nSIZE = 4") and left.endswith(stub("halve"))
    assert "double" not in left and "@" not in left and codes(problems) == ["stub_skipped"]


def test_a_lost_solution_is_taken_from_below_its_test_but_not_from_above():
    nb = done()
    del nb.cells[at(nb, "double")], nb.cells[at(nb, "square")]
    nb.cells.insert(1, own(answer("square")))
    nb.cells.append(own(answer("double")))
    result, problems = repaired(nb)
    assert get(result, "double").source == answer("double")
    assert sources(result)[1] == answer("square")
    assert [(p.code, p.cell) for p in problems] == [
        ("matched_by_definition", "double"),
        ("solution_missing", "square"),
    ]
    assert "of the student's own" in problems[1].message


def test_neither_a_locked_cell_nor_the_release_defines_for_the_student():
    release = small_release()
    get(release, "code-001").source += "\ndouble = None"
    nb = done()
    get(nb, "code-001").source = get(release, "code-001").source + "\nmine = 1"
    get(nb, "try_double").source = "def double(x): ..."
    del nb.cells[at(nb, "double")]
    nb.cells.append(own(answer("double")))
    result, problems = repaired(nb, release)
    assert get(result, "double").source == answer("double")
    assert codes(problems) == ["matched_by_definition", "locked_cell_changed"]


def test_a_late_cell_does_not_replace_what_counts():
    """19: what comes below a test changes nothing."""
    nb = small_release()
    nb.cells.append(own(answer("double")))
    result, problems = repaired(nb)
    assert sources(result) == sources(nb) and problems == []


# --- Syntax errors (49), sizes -------------------------------------------------------------------


def test_a_syntax_error_costs_no_other_cell():
    nb = strip_ids(strip_marks(done()))
    place = sources(nb).index(answer("halve"))
    nb.cells[place].source = "def halve(x):\n    return (x"
    result, problems = repaired(nb)
    assert get(result, "halve").source == "def halve(x):\n    return (x"
    assert get(result, "double").source == answer("double")
    assert codes(problems) == ["metadata_stripped"]


def test_long_sources_are_kept():
    nb = done()
    get(nb, "double").source = answer("double") + "\n#" + "x" * 3_000_000
    result, problems = repaired(nb)
    assert get(result, "double").source == get(nb, "double").source and problems == []


def test_two_thousand_cells_are_short_work():
    cells = [own(f"def double(x): return {n}\n" + "y = [1]\n" * 40) for n in range(MAX_CELLS)]
    nb = v4.new_notebook(cells=cells)
    result, problems = rebuild(nb, RELEASE)
    validate(result)
    assert len(problems) < 40


# --- Another notebook, another release -----------------------------------------------------------


def test_another_notebook_of_the_course():
    result, problems = repaired(solved(NOTEBOOK))
    assert codes(problems) == ["other_notebook"]
    assert not {grade_id(each) for each in result.cells} & set(FUNCTIONS)
    result, problems = repaired(done(), released(NOTEBOOK))
    assert codes(problems) == ["other_notebook"]


def test_another_notebook_with_prose_and_a_variable_alike():
    reflection = get(RELEASE, "reflect_all").source
    nb = v4.new_notebook(cells=[own("answer = 3"), own(reflection, "markdown")])
    for number, each in enumerate(nb.cells):
        each.metadata["nbgrader"] = {"grade_id": f"other_{number}", "solution": True}
    _, problems = repaired(nb)
    assert codes(problems) == ["other_notebook"]


@pytest.mark.parametrize(
    "cells", [[], ["print('hello')"], ["import math\n\nlimit_of_all = 3"] + ["x"] * 9]
)
def test_a_notebook_with_nothing_of_the_release(cells):
    _, problems = repaired(v4.new_notebook(cells=[own(source) for source in cells]))
    assert codes(problems) == ["other_notebook"]


def test_another_release_shifts_the_counted_ids():
    """In the older release a given cell is gone, so that all counted ids below name other cells."""
    nb = done()
    nb.metadata.next_token.release = "older"
    nb.cells = [each for each in nb.cells if each.id != "code-006"]
    counted = [each for each in nb.cells if each.id.startswith(("code-", "markdown-"))]
    for each, earlier in zip(counted[1:], [each.id for each in counted[:-1]], strict=True):
        each.id = earlier
    counted[0].id = "markdown-900"
    result, problems = repaired(nb)
    assert sources(result) == sources(done())
    assert [(p.code, p.cell) for p in problems] == [
        ("other_release", None),
        ("cell_restored", "code-006"),
    ]


def test_ids_that_are_names_are_believed_in_any_release():
    nb = done()
    nb.metadata.next_token.release = "older"
    get(nb, "double").metadata = NotebookNode()
    get(nb, "double").source = "double = max"
    result, problems = repaired(nb)
    assert get(result, "double").source == "double = max"
    assert codes(problems) == ["other_release", "metadata_changed"]


def test_the_honest_notebook_has_no_problem():
    for nb, release in ((done(), RELEASE), (solved(NOTEBOOK), released(NOTEBOOK))):
        result, problems = repaired(nb, release)
        assert problems == [] and sources(result) == sources(nb)
    result, problems = repaired(small_release())
    assert problems == [] and sources(result) == sources(RELEASE)


def test_a_release_without_ids_or_stamp():
    release = small_release()
    release.metadata, release.nbformat_minor = NotebookNode(), 4
    nb = done()
    for each in [*release.cells, *nb.cells]:
        del each["id"]
    result, problems = rebuild(nb, release)
    validate(result)
    assert problems == [] and sources(result) == sources(nb)


# --- Whatever happens to a solved notebook -------------------------------------------------------


def mangled(nb: NotebookNode, chance: random.Random) -> tuple[NotebookNode, set[str]]:
    """The notebook after a few accidents, and the exercises whose cells were deleted or split."""
    lost: set[str] = set()
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(nb.cells))
        name = next((n for n in ANSWERS if nb.cells[place].source == ANSWERS[n]), "")
        match chance.randrange(9):
            case 0 | 1:
                del nb.cells[place]
                lost.add(name)
            case 2 | 3:
                nb.cells.insert(chance.randrange(len(nb.cells)), nb.cells.pop(place))
            case 4:
                lines = nb.cells[place].source.splitlines()
                half = chance.randint(0, len(lines))
                second = copy_of(nb.cells[place], "\n".join(lines[half:]))
                nb.cells[place].source = "\n".join(lines[:half])
                nb.cells.insert(place + 1, second)
                lost.add(name)
            case 5:
                nb.cells[place].metadata = NotebookNode()
                nb.cells[place].id = own("").id
            case 6:
                nb.cells.insert(place, own(f"mine_{place} = 1"))
            case 7:
                nb.cells.insert(
                    place, copy_of(nb.cells[place], nb.cells[place].source + "\n# again")
                )
                lost.add(name)
            case 8 if chance.random() < 0.3:
                strip_marks(nb)
            case 8 if chance.random() < 0.3:
                strip_ids(nb)
    return nb, lost


@pytest.mark.parametrize("first", range(0, 600, 100))
def test_honest_answers_survive_once_and_stand_above_their_tests(first):
    for seed in range(first, first + 100):
        nb, lost = mangled(done(), random.Random(seed))
        result, _ = repaired(nb)
        for name in {*FUNCTIONS, "answer"} - lost:
            assert sources(result).count(ANSWERS[name]) == 1, (seed, name)
            assert sources(result).index(ANSWERS[name]) < at(result, f"test_{name}"), (seed, name)
        for each in nb.cells:
            if each.source.startswith("mine_") and "#" not in each.source:
                assert each.source in sources(result), seed


def test_the_same_for_the_real_notebook():
    release = released(NOTEBOOK)
    whole = solved(NOTEBOOK)
    answers = {name: get(whole, name).source for name in NOTEBOOK.exercises}
    for seed in range(40):
        nb, _ = mangled(solved(NOTEBOOK), random.Random(seed))
        present = {name for name in answers if answers[name] in sources(nb)}
        doubled = {name for name in answers if sources(nb).count(answers[name] + "\n# again")}
        result, _ = repaired(nb, release)
        for name in present - doubled:
            assert sources(result).count(answers[name]) == 1, (seed, name)
            assert sources(result).index(answers[name]) < at(result, f"test_{name}"), (seed, name)


@TIMES_OUT
@given(st.permutations(range(len(RELEASE.cells))), st.integers(0, 3))
def test_in_any_order(order, stripped):
    nb = done()
    nb.cells = [nb.cells[place] for place in order]
    if stripped & 1:
        strip_ids(nb)
    if stripped & 2:
        strip_marks(nb)
    result, _ = repaired(nb)
    for name in (*FUNCTIONS, "answer"):
        assert sources(result).count(ANSWERS[name]) == 1
        assert sources(result).index(ANSWERS[name]) < at(result, f"test_{name}")
