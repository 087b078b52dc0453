"""Shared fixtures, and the bank's figures at the end of a run."""

import os

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


def pytest_terminal_summary(terminalreporter, config):
    if config.stash[FIGURES]:
        terminalreporter.section("figures")
        for line in config.stash[FIGURES]:
            terminalreporter.line(line)
