"""Habits that a program can keep: style, types, and a repository that speaks of itself alone."""

import re
import subprocess
import sys

import pytest

from autograde.syllabus import ROOT


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("arguments", [["check", "."], ["format", "--check", "."]], ids=" ".join)
def test_ruff(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_mypy():
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_package_registry_and_no_home_folder_is_named():
    # Put together here, so that this file does not name them either.
    words = "|".join(["pypi" + r"\.org", "python" + "hosted", "/ho" + "me/", "/ro" + "ot/"])
    for path in tracked():
        if (ROOT / path).is_file() and (ROOT / path).suffix not in {".png", ".gguf"}:
            text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
            assert not re.search(words, text), path
