"""A real JupyterLab in a real browser: every notebook opens and works, every explorer follows mouse and keyboard."""

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from autograde.bank import grade_id, solutions
from autograde.needed import names_of
from autograde.syllabus import ROOT, syllabus
from tests.explorers import EXPLORERS, SETUP
from tests.notebooks import released, with_answers
from tests.pages import Page, barriers

pytestmark = pytest.mark.slow
NOTEBOOKS = syllabus().notebooks
PATIENCE = 90_000  # milliseconds, for machines that do something else too
expect.set_options(timeout=PATIENCE)
# What a view says, pictures included; spaces are left to the browser.
SAID = """view => view.textContent + [...view.querySelectorAll('img, [aria-label]')]
    .map(each => each.alt || each.ariaLabel).join('')"""
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


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a class's folder; gives the address that everything begins with."""
    own = tmp_path_factory.mktemp("jupyter")
    folder = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "course", folder / "course")
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    nbformat.write(explorers(), folder / "explorers.ipynb")
    nbformat.write(short_hand_in(), folder / "short.ipynb")
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # The token is for whoever else is on this machine.
    token = secrets.token_hex(16)
    environment = os.environ | {
        "JUPYTER_TOKEN": token,
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "PYTHONPATH": str(ROOT),
    }
    with (own / "log").open("w") as log:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
                "--LabApp.news_url=None", "--LabApp.expose_app_in_browser=True",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            ],
            cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert server.poll() is None, (own / "log").read_text()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api", timeout=10).close()
                break
            time.sleep(0.25)
        yield address, token
    finally:
        server.terminate()
        server.wait(20)


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


def test_formgrader_opens(tab, lab):
    """What its list holds, tests/test_nbgrader.py asks of its API."""
    address, _ = lab
    page = tab.context.new_page()
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address}/formgrader/manage_assignments")
    expect(page.get_by_role("link", name="Manual Grading")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Status")).to_be_visible()
    assert said == []
    page.close()


# --- the explorers -----------------------------------------------------------------------------------


def explorers():
    """A notebook with every explorer on something small."""
    codes = [code for code, _ in EXPLORERS.values()]
    codes.append("utils.explorer_widget(utils.Explorer(loaded, [0, 1], 6), 8)")
    cells = [new_code_cell(source) for source in (SETUP, *codes)]
    # Without a kernel's name JupyterLab asks for one.
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def drawn(tab):
    """The notebook of explorers, all of them drawn; and what they draw, computed here, to compare with."""
    names: dict = {}
    exec(SETUP, names)
    with opened(tab, "explorers.ipynb") as count:
        for index in range(count):
            run(tab, index)
        yield names


def parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


@pytest.fixture(params=EXPLORERS)
def explorer(request, tab, drawn):
    """One explorer: its handle and field in the browser, and whether its view is that of a value."""
    code, css = EXPLORERS[request.param]
    twin = eval(code, drawn)
    named = {part._dom_classes[0]: part for part in parts(twin) if part._dom_classes}
    field = tab.locator(f".{css}-number input")
    # The view of this slider: the first behind it.
    order = [css for css in named if css == EXPLORERS[request.param][1] or css.endswith("-view")]
    view_css = order[order.index(css) + 1]
    view = tab.locator(f".{view_css} .widget-html-content")

    def shows(value):
        named[css].value = value
        html = f"<main>{named[view_css].value}</main>"
        page = Page(html)
        words = [a.get("alt") or a.get("aria-label", "") for _, a, _ in page.elements]
        want = squeezed(page.all("main")[0][1] + "".join(words))
        deadline = time.monotonic() + 20
        while (got := squeezed(view.evaluate(SAID))) != want and time.monotonic() < deadline:
            tab.wait_for_timeout(50)
        assert got == want

    handle = tab.locator(f".{css} .noUi-handle")
    handle.scroll_into_view_if_needed()
    return named[css], handle, field, shows


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_an_explorer_follows_keyboard_mouse_and_typing(tab, explorer):
    slider, handle, field, shows = explorer
    first = slider.value
    shows(first)
    handle.focus()
    tab.keyboard.press("ArrowRight")
    shows(first + slider.step)
    tab.keyboard.press("ArrowLeft")
    shows(first)
    for _ in range(10):  # as fast as keys go
        tab.keyboard.press("ArrowRight")
    last = min(first + 10 * slider.step, slider.max)
    shows(last)
    expect(field).to_have_value(str(last))
    field.fill(str(slider.min))
    field.press("Enter")
    shows(slider.min)
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    for distance in range(20, 180, 16):  # ten fast moves
        tab.mouse.move(x + distance, y)
    tab.mouse.up()
    tab.wait_for_timeout(300)
    dragged = int(field.input_value())
    assert dragged > slider.min
    shows(dragged)


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
