"""`import utils` is light, its surface is whole, and it holds no answers."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import utils
from utils.environment import PACKAGES, PYTHON

ROOT = Path(__file__).parents[1]
EXERCISES_01 = [
    "token_table",
    "encode_chat",
    "next_token_probs",
    "greedy_generate",
    "greedy_generate_cached",
    "sequence_logprob",
    "fit_to_budget",
    "left_pad",
    "next_token_loss",
    "infer",
    "chunked_prefill",
    "StreamDecoder",
]


def python(code: str) -> str:
    """What `code` prints in a fresh interpreter; it must say nothing on stderr."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def heavy_after(code: str) -> set[str]:
    heavy = {"torch", "transformers", "matplotlib", "matplotlib.pyplot", "IPython"}
    return set(python(f"{code}\nimport sys\nprint(*sys.modules)").split()) & heavy


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import utils", set()),
        ("import utils; dir(utils)", set()),
        ("import utils; utils.memory_report(); utils.release_memory()", set()),
        ("from utils.__main__ import main", set()),
        ("import utils; utils.pipeline_map('ids')", {"matplotlib"}),
    ],
)
def test_nothing_heavy_is_imported(code, allowed):
    assert heavy_after(code) == allowed


def test_heaviness_would_be_noticed():
    assert "torch" in heavy_after("import utils; utils.load_model")


def test_every_public_name_is_there():
    for name in utils.__all__:
        value = getattr(utils, name)
        assert value.__name__ == name
        assert value.__doc__
    assert set(utils.__all__) <= set(dir(utils))
    with pytest.raises(AttributeError, match="no_such_name"):
        utils.no_such_name


def test_no_answer_in_utils():
    for path in (ROOT / "utils").rglob("*.py"):
        defined = re.findall(r"^\s*(?:def|class) (\w+)", path.read_text("utf-8"), re.M)
        assert not set(defined) & set(EXERCISES_01), path


def test_bounds_are_those_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for name, minimum in PACKAGES.items():
        assert f"{name}>={minimum}" in project["dependencies"]
    low, high = PYTHON
    bounds = f">={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"
    assert project["requires-python"] == bounds
