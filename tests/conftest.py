"""Shared fixtures, and the bank's figures at the end of a run."""

import os
import shutil

import pytest

from tests.processes import adopt_orphans

# Like `autograde` itself: the kernel of this environment, and no threads fighting over two cores.
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# Nothing but what a test asks for: no call home, no GPU, no shared memory that a container has little of.
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
).split()

FIGURES = pytest.StashKey[list[str]]()


def pytest_addoption(parser):
    parser.addoption(
        "--whole-bank",
        action="store_true",
        help="every answer of the bank under stock nbgrader, not a few of each exercise",
    )


def pytest_configure(config):
    config.stash[FIGURES] = []
    adopt_orphans()


def pytest_collection_modifyitems(items):
    # A quarter of an hour in one file: begun near the end, it would leave the other workers nothing to do.
    items.sort(key=lambda item: item.path.stem != "test_notebooks_run")


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = session.config.stash[FIGURES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[FIGURES] += getattr(node, "workeroutput", {}).get("figures", [])


@pytest.fixture(scope="session")
def figures(request) -> list[str]:
    """Lines that are printed when the run ends."""
    return request.config.stash[FIGURES]


@pytest.fixture(scope="session")
def browser():
    """Chromium, as course.py asks for it."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[FIGURES]:
        terminalreporter.section("figures")
        for line in config.stash[FIGURES]:
            terminalreporter.line(line)
