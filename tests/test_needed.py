"""Which cells have to run: the student's, and of the release's those that bind what they use."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograde.needed import Needs, names_of


def cell(source, origin="release", **nbgrader):
    metadata = {"next_token": {"origin": origin}}
    if nbgrader:
        metadata["nbgrader"] = nbgrader
    return new_code_cell(source, metadata=metadata)


def needed(*cells) -> set[int]:
    return Needs(new_notebook(cells=list(cells))).all()


IMPORT = cell("import torch\nimport utils")
MODEL = cell("model = utils.load_model('x')")
SHOW = cell("print(model)")
ANSWER = cell("def f(x):\n    return torch.ones(x)", "changed", solution=True)
TEST = cell("# marks", grade=True, solution=False)


def test_what_nobody_changed_and_nothing_uses_does_not_run():
    assert needed(IMPORT, MODEL, SHOW, ANSWER, TEST) == {0, 3}


def test_what_an_answer_uses_runs_with_what_that_uses():
    answer = cell("def f(x):\n    return model(x)", "changed", solution=True)
    assert needed(IMPORT, MODEL, SHOW, answer, TEST) == {0, 1, 3}


def test_a_changed_cell_and_a_cell_of_the_students_own_always_run():
    assert needed(IMPORT, cell("print(1)", "changed"), cell("x = 1", "student"), ANSWER) == {
        0,
        1,
        2,
        3,
    }


@pytest.mark.parametrize("change", ["model.x = 1", "model['x'] = 1", "model.eval()", "del model.x"])
def test_what_changes_a_thing_that_is_used_runs(change):
    answer = cell("def f(x):\n    return model(x)", "changed", solution=True)
    assert needed(IMPORT, MODEL, cell(change), answer) == {0, 1, 2, 3}


def test_calling_what_is_in_a_module_does_not_change_it():
    assert needed(IMPORT, cell("torch.manual_seed(0)"), ANSWER) == {0, 2}


@pytest.mark.parametrize("reader", ["globals()['model']", "eval('mo' + 'del')", "exec('model')"])
def test_code_that_may_look_anywhere_makes_every_cell_run(reader):
    assert needed(IMPORT, MODEL, SHOW, cell(reader, "student"), ANSWER) == {0, 1, 2, 3, 4}


def test_magics_do_not():
    assert needed(IMPORT, MODEL, cell("%matplotlib inline\n!ls", "student"), ANSWER) == {0, 2, 3}


def test_what_is_no_python_runs_and_uses_nothing():
    assert needed(IMPORT, MODEL, cell("def f(:", "student"), ANSWER) == {0, 2, 3}


@pytest.mark.parametrize(
    ("source", "free"),
    [
        ("text = 1\nuse(text, other)", {"use", "other"}),
        ("for name in names:\n    path = name\nuse(path)", {"names", "use", "path"}),
        ("def f(x):\n    return model(x) + y\ny = 2", {"model"}),
        ("if c:\n    a = 1\nuse(a)", {"c", "a", "use"}),
        ("import os as o, sys.path\nuse(o, sys)", {"use"}),
        ("with make() as h:\n    t = h.read()\nuse(t, h)", {"make", "use"}),
        ("try:\n    z = 1\nexcept E as e:\n    use(e)\nuse(z)", {"E", "e", "use", "z"}),
        ("class A(B):\n    w = k\n    def m(self): return G", {"B", "k", "G"}),
        ("x += 1", {"x"}),
        ("[use(i) for i in things]", {"use", "things"}),
        ("f = lambda a: a + b", {"b"}),
        ("@wrap\ndef f(x=default): pass", {"wrap", "default"}),
        ("x = x + 1", {"x"}),
    ],
)
def test_names_that_come_from_elsewhere(source, free):
    assert names_of(source).free == free


def test_an_answer_alone_takes_its_own_helpers_and_nobody_elses_harm():
    cells = [
        IMPORT,
        cell("def helper(x): return x", "student"),
        cell("import builtins\nbuiltins.len = None\ntorch = None", "student"),
        cell("def f(x):\n    return helper(torch.ones(x))", "changed", solution=True),
    ]
    needs = Needs(new_notebook(cells=cells))
    assert needs.for_answer({3}, {1, 2}) == [0, 1, 3]
    assert needs.may_disturb(2) and not needs.may_disturb(1)


@pytest.mark.parametrize(
    "harm", ["len = 3", "torch.ones = None", "setattr(x, 'y', 1)", "import sys"]
)
def test_what_may_disturb_others(harm):
    needs = Needs(new_notebook(cells=[IMPORT, cell(harm, "student")]))
    assert needs.may_disturb(1) == (harm != "import sys")


def test_code_too_deep_to_be_read_makes_every_cell_run():
    deep = "x = " + "+".join(["y"] * 20_000)
    assert needed(IMPORT, MODEL, cell(deep, "student"), ANSWER) == {0, 1, 2, 3}
