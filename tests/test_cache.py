"""What is on disk, and what is left of it after clearing.

Only ever a cache of the test's own: the user's is copied from, never cleared.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from utils import cache, cache_report, clear_cache, load_model
from utils.__main__ import main
from utils.artifacts import cache_dir, find_artifact
from utils.prepare import is_ready, prepare

ROOT = Path(__file__).parents[1]
NAME = "smollm2-135m"
ARTIFACT = find_artifact(NAME)


@pytest.fixture
def empty(monkeypatch, tmp_path) -> Path:
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    assert cache_dir() == tmp_path
    return tmp_path


@pytest.fixture
def filled(empty) -> Path:
    """A model, an outdated one of the same name, a leftover, and another model."""
    for folder, size in {
        f"{NAME}-b179c952": 1_000_000,
        f"{NAME}-00000000": 200_000,
        f".{NAME}-b179c952-download": 30_000,
        "some-other-12345678": 4_000_000,
    }.items():
        (empty / "models" / folder / "inside").mkdir(parents=True)
        (empty / "models" / folder / "inside" / "file").write_bytes(b"x" * size)
    (empty / "models" / f"{NAME}-b179c952.lock").touch()
    (empty / "measured.json").write_text("{}")
    return empty


def test_an_empty_cache(empty):
    report = cache_report()
    assert (report.models, report.total) == ((), 0)
    assert repr(report) == f"no model in {empty}"
    assert clear_cache() == clear_cache(NAME) == 0
    assert list(empty.iterdir()) == []


def test_report_counts_every_byte_once(filled):
    os.utime(filled / "models" / "some-other-12345678", (0, 86400 * 365))
    report = cache_report()
    assert {m.name: m.size for m in report.models} == {
        "some-other": 4_000_000,
        NAME: 1_230_000,
    }
    assert report.total == 5_230_000
    lines = repr(report).splitlines()
    assert lines[0].split()[:4] == ["some-other", "4", "MB", "last"]
    assert "1971-01-01" in lines[0] or "1970-12-31" in lines[0]
    assert lines[-1].split()[:3] == ["total", "5", "MB"]
    assert str(filled) in lines[-1] and len(lines) == 3


def test_clear_one(filled):
    assert clear_cache(NAME) == 1_230_000
    assert [model.name for model in cache_report().models] == ["some-other"]
    assert clear_cache(NAME) == 0


def test_clear_all(filled):
    assert clear_cache() == 5_230_000
    assert cache_report().models == ()
    assert (filled / "measured.json").exists()  # a figure, not a model


def test_clear_refuses_unknown_names(filled):
    with pytest.raises(ValueError, match=f"'smolm2' .*there is some-other, {NAME}"):
        clear_cache("smolm2")
    assert cache_report().total == 5_230_000


def test_what_cannot_be_deleted_is_said(filled, monkeypatch, capsys):
    def refuse(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(cache.shutil, "rmtree", refuse)
    assert main(["clear", "some-other"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "" and "some-other-12345678" in printed.err


def test_command_line(filled):
    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "utils", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    assert run("cache").stdout == f"{cache_report()!r}\n"
    wrong = run("clear", "smolm2")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("No model 'smolm2'")
    assert run("clear", "some-other").stdout == "4 MB freed\n"
    assert run("clear").stdout == "1 MB freed\n"
    assert run("cache").stdout == f"no model in {filled}\n"


def test_a_load_counts_as_use_and_survives_clearing(monkeypatch, tmp_path):
    ready = prepare(ARTIFACT)
    shutil.copytree(ready, tmp_path / "models" / ready.name)
    monkeypatch.setenv("NEXT_TOKEN_CACHE", str(tmp_path))
    os.utime(ARTIFACT.folder / "manifest.json", (0, 0))
    assert cache_report().models[0].used == 0
    with load_model(NAME, dtype=torch.float32, device="cpu") as loaded:
        assert time.time() - cache_report().models[0].used < 600
        if sys.platform == "win32":
            return  # a file in use stays there
        ids = loaded.tokenizer("The capital of France is", return_tensors="pt")
        assert clear_cache(NAME) > 500_000_000
        assert not is_ready(ARTIFACT)
        # Its weights are memory-mapped: the pages stay until it is unloaded.
        with torch.inference_mode():
            best = loaded.model(**ids).logits[0, -1].argmax()
        assert loaded.tokenizer.decode([best]) == " Paris"
