"""Every explorer in Notebook 6 with ipywidgets 7.7.1, which Colab has too: rendered, moved, and without a foreign look."""

import os
import secrets
import subprocess
import sys
import sysconfig

import nbformat
import pytest
from playwright.sync_api import expect

from autograde.syllabus import ROOT
from tests.browsing import (
    PATIENCE,
    follows_keyboard_mouse_and_typing,
    foreign_looks,
    notebook_of_explorers,
    serving,
)
from tests.explorers import EXPLORERS, SETUP
from tests.pages import barriers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Colab is Linux"),
]
expect.set_options(timeout=PATIENCE)
READY = """() => window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded
    && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()
    && Jupyter.notebook.kernel.widget_manager"""  # what is shown before its extension is there stays text
# The manager asks the kernel at once which widgets there are; one that is made before the answer
# has come may be made twice, and is then not shown. What is asked later is answered later.
ASKED = "() => Jupyter.notebook.kernel.widget_manager._loadFromKernel()"
RUN = "() => Jupyter.notebook.get_cells().every(cell => cell.input_prompt_number > 0)"
ERRORS = """() => Jupyter.notebook.get_cells().flatMap(cell => cell.output_area.outputs)
    .filter(output => output.output_type == 'error').map(output => output.ename + output.evalue)"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """Python with Colab's Jupyter in front of all that is installed here."""
    own = tmp_path_factory.mktemp("notebook6")
    subprocess.run([sys.executable, "-m", "venv", own], check=True)
    python = own / "bin" / "python"
    wanted = ["ipywidgets", "widgetsnbextension", "ipython", "notebook"]
    command = [python, "-m", "pip", "install", "-q", "-c", ROOT / "tests" / "colab.txt", *wanted]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    [packages] = own.glob("lib/python*/site-packages")
    (packages / "course.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.fixture(scope="module")
def tab(browser, python, tmp_path_factory):
    """The notebook of explorers, all of its cells run; with what the console called an error."""
    own, folder = tmp_path_factory.mktemp("jupyter"), tmp_path_factory.mktemp("class")
    nbformat.write(notebook_of_explorers(), folder / "explorers.ipynb")
    token = secrets.token_hex(16)  # for whoever else is on this machine
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "PYTHONPATH": str(ROOT),
    }
    command = [
        python, "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        "--NotebookApp.port_retries=0", f"--NotebookApp.token={token}",
    ]  # fmt: skip
    with serving(command, folder, environment, own / "log") as address:
        context = browser.new_context(viewport={"width": 1200, "height": 1000})
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE)
        tab.said = []
        tab.on("console", lambda m: tab.said.append(m.text) if m.type == "error" else None)
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto(f"{address}/notebooks/explorers.ipynb?token={token}")
        tab.wait_for_function(READY)
        tab.evaluate(ASKED)
        tab.evaluate("Jupyter.notebook.execute_all_cells()")
        tab.wait_for_function(RUN)
        assert tab.evaluate(ERRORS) == []
        yield tab
        context.close()


@pytest.fixture(scope="module")
def names():
    names: dict = {}
    exec(SETUP, names)
    return names


def test_these_are_the_old_widgets_and_the_new_course(python):
    asked = "import ipywidgets, utils; print(ipywidgets.__version__, utils.__file__)"
    done = subprocess.run(
        [python, "-c", asked], env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=-1, text=True
    )
    assert done.stdout.split() == ["7.7.1", str(ROOT / "utils" / "__init__.py")]


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_follows_keyboard_mouse_and_typing(tab, names, name):
    follows_keyboard_mouse_and_typing(tab, names, name)
    assert tab.said == []


def test_tokens_are_taken_with_keys_alone(tab):
    view = tab.locator(".lab-explorer-view")
    tab.locator(".lab-explorer-rank .ui-slider-handle").focus()
    tab.keyboard.press("ArrowRight")
    expect(view.locator("tr.taken th")).to_have_text("2")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    expect(view.locator(".figures dd").first).to_contain_text("1 of 6")
    assert tab.said == []


def test_nothing_of_the_page_changes_our_looks_and_none_has_barriers(tab):
    assert foreign_looks(tab) == []
    assert barriers(tab, ".widget-html-content") == []
