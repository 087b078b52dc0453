"""Explorers in a browser: what JupyterLab and Notebook 6 are tested with alike."""

import contextlib
import re
import socket
import subprocess
import time
import urllib.request

from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from tests.explorers import EXPLORERS, SETUP
from tests.pages import Page

PATIENCE = 90_000  # milliseconds, for machines that do something else too
# What a view says, pictures included; spaces are left to the browser.
SAID = """view => view.textContent + [...view.querySelectorAll('img, [aria-label]')]
    .map(each => each.alt || each.ariaLabel).join('')"""
# Rules of a page's own that its authors wrote for a class and that meet an element of ours, and numbers that lie on
# their names.
FOREIGN = r"""() => {
    const found = new Set();
    const look = rules => [...rules].forEach(rule => {
        if (!rule.selectorText) return look(rule.cssRules || []);
        if (/\.nt\b/.test(rule.selectorText)) return;
        document.querySelectorAll('.nt, .nt *').forEach(each => each.classList.forEach(name => {
            const named = new RegExp(`\\.${name}(?![\\w-])`).test(rule.selectorText);
            if (named && each.matches(rule.selectorText)) found.add(rule.selectorText);
        }));
    });
    [...document.styleSheets].forEach(sheet => look(sheet.cssRules));
    document.querySelectorAll('.nt .figures div').forEach(each => {
        const [name, number] = [...each.children].map(child => child.getBoundingClientRect());
        const aligned = number.top > name.bottom - 1 && Math.abs(number.left - name.left) < 1;
        if (!aligned || number.width < name.width - 1) found.add(each.textContent);
    });
    return [...found];
}"""


def notebook_of_explorers():
    """A notebook with every explorer on something small."""
    codes = [code for code, _ in EXPLORERS.values()]
    codes.append("utils.explorer_widget(utils.Explorer(loaded, [0, 1], 6), 8)")
    cells = [new_code_cell(source) for source in (SETUP, *codes)]
    # Without a kernel's name JupyterLab asks for one.
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@contextlib.contextmanager
def serving(command, folder, environment, log):
    """A Jupyter server on a free port of this machine; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as file:
        server = subprocess.Popen(
            [*command, f"--port={port}"],
            cwd=folder,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert server.poll() is None, log.read_text()
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api", timeout=10).close()
                break
            time.sleep(0.25)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def follows_keyboard_mouse_and_typing(tab, names, name):
    """The explorer of this name, drawn in the tab, shows what its twin, made here, shows, however it is moved.

    names: what `SETUP` defines.
    """
    slider, handle, field, shows = _twins(tab, names, name)
    first = slider.value
    shows(first)
    handle.press("ArrowRight")  # with the focus: a page may take it away before a key of its own
    shows(first + slider.step)
    handle.press("ArrowLeft")
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


def _twins(tab, names, name):
    """One explorer: its slider here, its handle and field in the browser, and whether its view is that of a value."""
    code, css = EXPLORERS[name]
    twin = eval(code, names)
    named = {part._dom_classes[0]: part for part in _parts(twin) if part._dom_classes}
    field = tab.locator(f".{css}-number input")
    # The view of this slider: the first behind it.
    order = [each for each in named if each == css or each.endswith("-view")]
    view_css = order[order.index(css) + 1]
    view = tab.locator(f".{view_css} .widget-html-content")

    def shows(value):
        named[css].value = value
        page = Page(f"<main>{named[view_css].value}</main>")
        words = [a.get("alt") or a.get("aria-label", "") for _, a, _ in page.elements]
        want = _squeezed(page.all("main")[0][1] + "".join(words))
        deadline = time.monotonic() + 20
        while (got := _squeezed(view.evaluate(SAID))) != want and time.monotonic() < deadline:
            tab.wait_for_timeout(50)
        focused = tab.evaluate("document.activeElement.className")
        assert got == want, (
            f"for {value}; the field has {field.input_value()}, the keys go to {focused}"
        )

    handle = tab.locator(f".{css}").locator(".noUi-handle, .ui-slider-handle")  # of 8, of 7.7.1
    handle.scroll_into_view_if_needed()
    return named[css], handle, field, shows


def _parts(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _parts(child)


def _squeezed(text):
    return re.sub(r"\s+", "", text)


def foreign_looks(tab):
    """Rules of the page's own that change what explorers look like, and figures in which a number lies on its name."""
    return tab.evaluate(FOREIGN)
