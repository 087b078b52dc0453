"""Shared fixtures, and the bank's figures at the end of a run."""

import os
import shutil

import pytest

# Like `autograde` itself: the kernel of this environment, and no threads fighting over two cores.
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

FIGURES = pytest.StashKey[list[str]]()


def pytest_addoption(parser):
    parser.addoption(
        "--whole-bank",
        action="store_true",
        help="every answer of the bank under stock nbgrader, not a few of each exercise",
    )


def pytest_configure(config):
    config.stash[FIGURES] = []


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
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[FIGURES]:
        terminalreporter.section("figures")
        for line in config.stash[FIGURES]:
            terminalreporter.line(line)
