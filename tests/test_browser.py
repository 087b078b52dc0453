"""A real JupyterLab in a real browser: every notebook opens and works, every explorer follows mouse and keyboard."""

import contextlib
import json
import os
import secrets
import shutil
import sys

import nbformat
import pytest
from playwright.sync_api import expect

from autograde.bank import grade_id, solutions
from autograde.needed import names_of
from autograde.syllabus import ROOT, syllabus
from tests.browsing import (
    PATIENCE,
    follows_keyboard_mouse_and_typing,
    foreign_looks,
    notebook_of_explorers,
    serving,
)
from tests.classes import HandIn, grade_class
from tests.explorers import EXPLORERS, SETUP
from tests.notebooks import released, solved, with_answers
from tests.pages import barriers

pytestmark = pytest.mark.slow
NOTEBOOKS = syllabus().notebooks
expect.set_options(timeout=PATIENCE)
OPEN = """async path => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = await app.commands.execute('docmanager:open', {path, factory: 'Notebook'});
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    window.panel = panel;
    return panel.content.widgets.length;
}"""
RUN = """async ([index, source]) => {
    const cells = window.panel.content;
    if (source !== null) cells.widgets[index].model.sharedModel.setSource(source);
    cells.activeCellIndex = index;
    cells.deselectAll();
    await window.jupyterapp.commands.execute('notebook:run-cell');
    return cells.widgets[index].model.toJSON().outputs;
}"""


# --- a server with everything that it needs in a folder of its own -----------------------------------


@contextlib.contextmanager
def jupyterlab(folder, own):
    """JupyterLab on a folder, what it keeps for itself in `own`; gives its address, and the token that it asks for."""
    for plugin, settings in (
        ("notebook-extension/tracker", {"windowingMode": "none"}),
        (
            "apputils-extension/notification",
            {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
        ),
    ):
        path = own / "settings/@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(settings))
    # The token is for whoever else is on this machine.
    token = secrets.token_hex(16)
    # The environment is not activated, as where `.venv/bin/jupyter lab` is typed.
    programs = os.environ["PATH"].split(os.pathsep)
    here = os.path.dirname(sys.executable)
    environment = os.environ | {
        "PATH": os.pathsep.join(path for path in programs if path != here),
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "PYTHONPATH": str(ROOT),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        "--ServerApp.port_retries=0", "--LabApp.news_url=None",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    with serving(command, folder, environment, own / "log") as address:
        yield address, token


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on an instructor's folder after a release, not yet graded."""
    folder = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "course", folder / "course")
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    nbformat.write(notebook_of_explorers(), folder / "explorers.ipynb")
    nbformat.write(short_hand_in(), folder / "short.ipynb")
    with jupyterlab(folder, tmp_path_factory.mktemp("jupyter")) as served:
        yield served


@pytest.fixture(scope="module")
def tab(browser, lab):
    """A tab of JupyterLab, with what its console calls an error."""
    address, token = lab
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    tab = context.new_page()
    tab.said = []
    tab.on("console", lambda m: tab.said.append(m.text) if m.type == "error" else None)
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    tab.goto(f"{address}/lab?reset&token={token}")
    tab.wait_for_function("window.jupyterapp !== undefined", timeout=PATIENCE)
    yield tab
    context.close()


@contextlib.contextmanager
def opened(tab, path):
    """The notebook in the tab, with a kernel of its own; nothing was said on the console when it is closed."""
    tab.said.clear()
    tab.set_default_timeout(PATIENCE)
    try:
        yield tab.evaluate(OPEN, path)
        assert tab.said == []
    finally:
        tab.evaluate(
            "async () => { await window.panel.sessionContext.shutdown();"
            " await window.panel.context.revert(); window.panel.dispose(); }"
        )


def run(tab, index, source=None):
    """Runs a cell, with this source if there is one; returns what it printed."""
    outputs = tab.evaluate(RUN, [index, source])
    errors = ["\n".join(o["traceback"]) for o in outputs if o["output_type"] == "error"]
    assert not errors, errors[0]
    return "".join("".join(o["text"]) for o in outputs if o["output_type"] == "stream")


# --- the notebooks -----------------------------------------------------------------------------------


def cells_for(nb, exercise):
    """The code cells that an exercise's public check needs, the set-up cell first."""
    code = [i for i, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    by_id = {grade_id(cell): i for i, cell in enumerate(nb.cells)}
    check = by_id[f"try_{exercise}"]
    needed, wanted = {code[0]}, set()
    for index in reversed([i for i in code if i <= check]):
        names = names_of(nb.cells[index].source)
        if index == check or (names and (names.bound | names.assigned) & wanted):
            needed.add(index)
            wanted |= names.free
    return sorted(needed)


def easiest(notebook):
    """The exercise whose public check needs the fewest cells, and these cells of the released notebook."""
    nb = with_answers(notebook, solutions(notebook))
    needs = {name: cells_for(nb, name) for name in notebook.points}
    name = min(needs, key=lambda name: len(needs[name]))
    return name, needs[name]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.folder)
def test_a_notebook_opens_and_a_solved_exercise_turns_green(tab, notebook):
    name, needed = easiest(notebook)
    answers = solutions(notebook)
    nb = released(notebook)
    path = f"course/{notebook.folder}/{notebook.folder}.ipynb"
    with opened(tab, path) as count:
        assert count == len(nb.cells)
        said = run(tab, needed[0])
        assert "[OK]" in said and "[FAIL]" not in said
        for index in needed[1:]:
            said = run(tab, index, answers.get(grade_id(nb.cells[index])))
        assert said.endswith(f"{name}: public checks passed\n")
        # Markdown is rendered: no cell is left as source, every picture has its words.
        assert tab.locator(".jp-MarkdownCell .jp-RenderedMarkdown h1").count() >= 1
        assert tab.locator(".jp-RenderedHTMLCommon img:not([alt])").count() == 0


def short_hand_in():
    """One solved exercise of the first notebook that has one without a model."""
    notebook = syllabus().notebook("01_inference_pipeline")
    nb = with_answers(notebook, solutions(notebook))
    names = [f"{kind}left_pad" for kind in ("", "try_", "test_")]
    begin = ("utils.check_setup()", "import torch")
    nb.cells = [c for c in nb.cells if any(b in c.source for b in begin) or grade_id(c) in names]
    return nb


def test_the_validate_button(tab):
    with opened(tab, "short.ipynb"):
        tab.get_by_role("button", name="Validate").click()
        dialog = tab.locator(".jp-Dialog")
        expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
        tab.keyboard.press("Escape")


@contextlib.contextmanager
def formgrader(browser, served, page):
    """A page of formgrader's, which is closed without an error."""
    address, token = served
    context = browser.new_context(extra_http_headers={"Authorization": f"token {token}"})
    tab = context.new_page()
    said = []
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(f"{address}/formgrader/{page}")
    yield tab
    assert said == []
    context.close()


def test_formgrader_lists_the_notebooks_of_a_release(browser, lab):
    with formgrader(browser, lab, "manage_assignments") as page:
        expect(page.get_by_role("link", name="Manual Grading")).to_be_visible()
        expect(page.get_by_role("columnheader", name="Status")).to_be_visible()
        expect(page.locator("#main-table tr")).to_have_count(len(NOTEBOOKS))
        for notebook in NOTEBOOKS:
            expect(page.locator("#main-table")).to_contain_text(notebook.folder)


def test_formgrader_lists_what_was_graded(browser, tmp_path):
    """In the folder that `autograde grade --output marks` wrote; what was handed in lies elsewhere."""
    notebook = syllabus().notebook("01_inference_pipeline")
    marks, own = tmp_path / "marks", tmp_path / "own"
    marks.mkdir()
    own.mkdir()
    hand_ins = {"ada": HandIn(solved(notebook)), "ben": HandIn(released(notebook))}
    grade_class(marks, notebook.folder, hand_ins)
    shutil.move(marks / "submitted", tmp_path)
    with jupyterlab(marks, own) as served:
        for place in ("manage_assignments", "gradebook"):
            with formgrader(browser, served, place) as page:
                expect(page.locator("#main-table tr")).to_have_count(1)
                expect(page.locator("#main-table")).to_contain_text(notebook.folder)
        with formgrader(browser, served, f"manage_submissions/{notebook.folder}") as page:
            expect(page.locator("#main-table tr")).to_have_count(len(hand_ins))
            for student in hand_ins:
                expect(page.locator("#main-table")).to_contain_text(student)


# --- the explorers -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def drawn(tab):
    """The notebook of explorers, all of them drawn; and what they draw, computed here, to compare with."""
    names: dict = {}
    exec(SETUP, names)
    with opened(tab, "explorers.ipynb") as count:
        for index in range(count):
            run(tab, index)
        yield names


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_follows_keyboard_mouse_and_typing(tab, drawn, name):
    follows_keyboard_mouse_and_typing(tab, drawn, name)


def test_no_look_of_jupyterlabs_is_taken_for_ours(tab, drawn):
    assert foreign_looks(tab) == []


def test_tokens_are_taken_with_keys_alone(tab, drawn):
    view, said = tab.locator(".lab-explorer-view"), tab.locator(".lab-explorer-said")
    tab.locator(".lab-explorer-rank .noUi-handle").focus()
    tab.keyboard.press("ArrowRight")
    expect(view.locator("tr.taken th")).to_have_text("2")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    expect(said).to_contain_text("Now after")
    expect(view.locator(".figures dd").first).to_contain_text("1 of 6")
    tab.locator(".lab-explorer-undo").focus()
    tab.keyboard.press("Enter")
    expect(said).to_contain_text("Back at the prompt")


def test_what_we_draw_has_no_barriers(tab, drawn):
    assert barriers(tab, ".widget-html-content") == []
