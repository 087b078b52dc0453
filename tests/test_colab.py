"""The course on Google Colab: what its set-up cell would install there. The cell itself runs in tests/test_bundle.py."""

import json
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograde.syllabus import ROOT

LIST = ROOT / "tests" / "colab.txt"


@pytest.mark.slow  # resolves everything that the wheel depends on
def test_the_wheel_replaces_nothing_of_colabs(tmp_path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    theirs = {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-q"]
    command += ["--python-version", "3.13", "--only-binary=:all:", "-c", str(LIST), "--report", "-"]
    command += [
        "--target",
        str(tmp_path),
    ]  # older pips ask for one with another Python; nothing is written
    done = subprocess.run([*command, *project["dependencies"]], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    wanted = {
        canonicalize_name(each["metadata"]["name"]): each["metadata"]["version"]
        for each in json.loads(done.stdout)["install"]
    }
    assert {"torch", "transformers", "ipywidgets"} <= set(wanted)
    for name in set(theirs) & set(wanted):
        assert wanted[name] in theirs[name]
