"""Explorers: they follow their controls, say what went wrong, draw one at a time, and have a twin on paper."""

import re
import subprocess
import sys
import threading
import time

import nbformat
import pytest

import utils
from autograde.syllabus import ROOT, syllabus
from tests.explorers import EXPLORERS, SETUP
from tests.pages import Page
from utils.widgets.panel import DRAWING, panel

WIDGETS = sorted(name for name, module in utils._MODULE_OF.items() if module.startswith("widgets."))


@pytest.fixture(scope="module")
def names():
    namespace: dict = {}
    exec(SETUP, namespace)
    return namespace


def parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def classed(widget, css):
    [found] = [part for part in parts(widget) if css in getattr(part, "_dom_classes", ())]
    return found


def views(widget):
    return "".join(part.value for part in parts(widget) if type(part).__name__ == "HTML")


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_follows_its_slider_and_its_field(names, name):
    code, css = EXPLORERS[name]
    box = eval(code, names)
    slider, field = classed(box, css), classed(box, f"{css}-number")
    before = views(box)
    slider.value += 3
    moved = views(box)
    assert moved != before and field.value == slider.value
    field.value = slider.max
    assert views(box) != moved and slider.value == slider.max
    for part in parts(box):
        if type(part).__name__ not in ("HTML", "HBox", "VBox", "IntSlider", "FloatSlider"):
            assert part.description  # what a screen reader says; a slider's field stands beside it


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_view_is_whole_and_can_be_read_aloud(names, name):
    for part in parts(eval(EXPLORERS[name][0], names)):
        if type(part).__name__ == "HTML" and "<div" in part.value:
            page = Page(part.value)  # every element is closed, none has an attribute twice
            assert all(a.get("scope") in ("row", "col") for a, _ in page.all("th"))
            assert len(page.all("caption")) == len(page.all("table"))
            assert all(a["aria-label"] for a, _ in page.all("svg"))
            # What tokens say is text, never markup.
            assert "<b>" not in part.value.replace("<b>▼", "")


def test_what_a_function_raises_later_stands_in_the_view():
    def draw(number):
        if number == 7:
            raise ValueError("seven <is> too many")
        return f"<p>{number}</p>"

    box = panel("x", draw, number=(0, 9, 1))
    slider, view = classed(box, "lab-x-number"), classed(box, "lab-x-view")
    slider.value = 7
    assert "ValueError: seven &lt;is&gt; too many" in view.value and 'role="alert"' in view.value
    slider.value = 8
    assert view.value == "<p>8</p>"
    with pytest.raises(ValueError, match="seven"):
        panel("x", draw, number=(0, 9, 7))


def test_the_last_of_many_moves_is_drawn_and_those_that_waited_are_not():
    drawn = []

    def draw(number):
        drawn.append(number)
        time.sleep(0.02)
        return str(number)

    box = panel("x", draw, number=(0, 99, 0))
    slider, view = classed(box, "lab-x-number"), classed(box, "lab-x-view")
    with DRAWING:  # something else is being drawn
        moves = [
            threading.Thread(target=setattr, args=(slider, "value", number))
            for number in range(1, 11)
        ]
        for move in moves:
            move.start()
            time.sleep(0.01)
    for move in moves:
        move.join()
    assert view.value == "10" and drawn == [0, 10]


def test_two_explorers_never_draw_at_once():
    inside, together = [], []

    def draw(number):
        inside.append(number)
        together.append(len(inside))
        time.sleep(0.01)
        inside.pop()
        return str(number)

    boxes = [panel("x", draw, number=(0, 99, 0)) for _ in range(3)]
    moves = [
        threading.Thread(target=setattr, args=(classed(box, "lab-x-number"), "value", number))
        for number in range(1, 5)
        for box in boxes
    ]
    for move in moves:
        move.start()
    for move in moves:
        move.join()
    assert set(together) == {1}


def test_short_forms_of_controls():
    import ipywidgets

    box = panel(
        "x",
        lambda **values: repr(sorted(values.items())),
        share=(0.0, 1.0, 0.5),
        name=["a", "b"],
        keep=True,
        text="hm",
        own=ipywidgets.Dropdown(options=[("one", 1)], description="own"),
    )
    assert classed(box, "lab-x-view").value == (
        "[('keep', True), ('name', 'a'), ('own', 1), ('share', 0.5), ('text', 'hm')]"
    )
    classed(box, "lab-x-name").value, classed(box, "lab-x-keep").value = "b", False
    assert "('keep', False), ('name', 'b')" in classed(box, "lab-x-view").value


def test_a_text_grows_by_the_token_that_was_chosen(names):
    box = eval(EXPLORERS["next"][0], names)
    field, rank = classed(box, "lab-next-text"), classed(box, "lab-next-rank")
    view, button = classed(box, "lab-next-view"), classed(box, "lab-next-append")
    button.click()
    assert field.value == "The cat sat on" and "4 tokens read" in view.value
    rank.value = 2
    button.click()
    assert field.value.startswith("The cat sat on") and len(field.value) > len("The cat sat on")
    field.value = ""
    assert "Type a few words" in view.value
    button.click()
    assert field.value == ""


def test_the_stepper_counts_what_a_cache_saves(names):
    box = eval("utils.cache_stepper(model, tokenizer, torch.arange(10)[None], 4)", names)
    step, keep = classed(box, "lab-cache-step"), classed(box, "lab-cache-keep-keys-and-values")
    view = classed(box, "lab-cache-view")
    assert "Step 0: 4 positions computed, 0 read" in view.value
    step.value = step.max
    assert step.max == 5 and "Step 5: 1 position computed, 8 read" in view.value
    assert "9 <small>without a cache 39" in view.value  # 4 + 5 + 6 + 7 + 8 + 9
    keep.value = False
    assert "Step 5: 9 positions computed, 0 read" in view.value
    assert "39 <small>with a cache 9" in view.value
    with pytest.raises(ValueError, match="nothing to walk through"):
        eval("utils.cache_stepper(model, tokenizer, torch.arange(4)[None], 4)", names)


def test_the_trace_walks_through_rounds(names):
    box = eval(
        "utils.speculation_trace([([' a', ' b'], 1, ' c'), ([' d'], 1, ' e')], ['p', 'q'])", names
    )
    step, view = classed(box, "lab-speculation-step"), classed(box, "lab-speculation-view")
    said = []
    for step.value in range(6):
        words = re.sub(r"\s+", " ", " ".join(text for _, text in Page(view.value).all("p", "dd")))
        said.append(words)
    assert "The draft guesses 2 tokens" in said[0] and "1 of 2 accepted" in said[1]
    assert "1 guess thrown away" in said[2] and "3 positions, rolled back" in said[2]
    assert "2 in the text 2.00" in said[2]  # two new tokens in one pass
    assert "a bonus token" in said[5] and "4 in the text 2.00" in said[5]
    assert "✓·a" in view.value and "✓·d" in view.value and "+·e" in view.value


def test_the_dashboard_keeps_the_dart_in_sight(names):
    box = eval(EXPLORERS["sampling"][0], names)
    view = classed(box, "lab-sampling-view")
    assert view.value.count("◀ u") == 2 and view.value.count("1 token of 12 left") == 2
    classed(box, "lab-sampling-top-k").value = 12
    classed(box, "lab-sampling-u").value = 0.99
    assert view.value.count("◀ u") == 2 and view.value.count("12 tokens of 12 left") == 2


def test_no_pyplot_and_no_figure_of_it():
    code = (
        f"{SETUP}\nimport sys, ipywidgets\n"
        f"boxes = [{', '.join(code for code, _ in EXPLORERS.values())}]\n"
        "for box in boxes:\n"
        "    for row in box.children:\n"
        "        for part in getattr(row, 'children', ()):\n"
        "            if hasattr(part, 'max'): part.value = part.max\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_every_explorer_stands_in_a_notebook_beside_a_picture_that_print_shows():
    """In the walkthrough, within a few cells (builds keep no output of a widget)."""
    found = set()
    for notebook in syllabus().notebooks:
        nb = nbformat.read(notebook.source.with_suffix(".ipynb"), as_version=4)
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        for index, cell in enumerate(code):
            used = [name for name in WIDGETS if f"utils.{name}(" in cell.source]
            if not used:
                continue
            found.update(used)
            outputs = [o for near in code[max(0, index - 5) : index + 4] for o in near.outputs]
            shown = [o.get("data", {}).get("text/html", "") for o in outputs]
            assert any('alt="' in page for page in shown), f"{notebook.folder}: {used}"
    assert found == set(WIDGETS)
