"""`autograde release --bundle`: all that a class gets, nothing that it must not see, the same bytes every time."""

import importlib.util
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograde.bundle import CannotBuild, bundle
from autograde.release import SOLUTION_ONLY
from autograde.syllabus import ROOT, syllabus
from tests.test_build import hidden_texts, solution_lines

NOTEBOOKS = list(syllabus().notebooks)
pytestmark = pytest.mark.slow  # pip builds a wheel


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "class.zip"
    bundle(NOTEBOOKS, path)
    return path


@pytest.fixture(scope="module")
def files(packed) -> dict[str, bytes]:
    """Path -> content of all in the bundle, the wheel's files instead of the wheel."""
    found = {}
    with zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".whl"):
                with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                    found |= {f"{name}/{inside}": wheel.read(inside) for inside in wheel.namelist()}
            else:
                found[name] = content
    return found


def test_it_has_what_a_student_needs(files):
    wheel = "next-token/next_token-0.1.0-py3-none-any.whl"
    for notebook in NOTEBOOKS:
        path = f"next-token/{notebook.folder}/{notebook.folder}.ipynb"
        assert files[path] == notebook.released.read_bytes()
    for path in (ROOT / "utils").rglob("*"):  # its data and weights too
        if path.is_file() and "__pycache__" not in path.parts:
            assert files[f"{wheel}/{path.relative_to(ROOT).as_posix()}"] == path.read_bytes()
    lines = files["next-token/requirements.txt"].decode().splitlines()
    assert lines[0] == "./next_token-0.1.0-py3-none-any.whl" and lines[1].startswith("jupyterlab")
    readme = files["next-token/README.md"].decode()
    assert "requirements.txt" in readme and "{" not in readme
    assert all(notebook.title in readme for notebook in NOTEBOOKS)


def test_nothing_of_a_solution_a_check_or_the_grader_is_in_it(files):
    secret = set()
    for notebook in NOTEBOOKS:
        secret |= solution_lines(notebook) | hidden_texts(notebook)
    words = {"BEGIN SOLUTION", "HIDDEN TESTS", SOLUTION_ONLY, "import autograde", "from autograde"}
    assert len(secret) > 500  # the search has something to look for
    for name, content in files.items():
        parts = name.split("/")
        assert not {"autograde", "solutions", "tests", "checks"} & set(parts), name
        if not name.endswith(".safetensors"):
            text = content.decode("utf-8")
            if name.endswith(".ipynb"):
                cells = nbformat.reads(text, as_version=4).cells
                text = "\n".join(cell.source for cell in cells)
            for word in secret | words:
                assert word not in text, f"{name} holds {word!r}"


def test_two_bundles_are_byte_equal(packed, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    mask = os.umask(0o077)
    try:
        bundle(NOTEBOOKS, tmp_path / "again.zip")
    finally:
        os.umask(mask)
    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_a_set_up_cell_works_from_it_and_no_check_can_be_imported(packed, tmp_path):
    """In an environment of its own, whose only other packages are those that `utils` depends on."""
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "next-token"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    [site] = (tmp_path / "venv").rglob("site-packages")
    python = next(p for p in (tmp_path / "venv").glob("*/python*") if p.stem == "python")
    [wheel] = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "-q"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
    # torch and the like from here; a .pth in a .pth is not read, so this clone is not to be seen.
    spec = importlib.util.find_spec("numpy")
    assert spec and spec.origin
    (site / "others.pth").write_text(str(Path(spec.origin).parents[1]))
    [path] = folder.glob("00_*/*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    set_up = next(cell.source for cell in cells if cell.cell_type == "code")
    assert "check_setup" in set_up
    program = f"{set_up}\nprint(utils.__file__)\nimport importlib.util as u\nprint(u.find_spec('autograde'))\n"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", program], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    *said, where, grader = done.stdout.splitlines()
    assert Path(where).is_relative_to(tmp_path) and grader == "None"
    assert any(line.startswith("[OK]   Packages") for line in said), said


def test_without_pip_it_says_so_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("autograde.bundle.sys.executable", "/bin/false")
    with pytest.raises(CannotBuild, match="pip cannot build the wheel"):
        bundle(NOTEBOOKS[:1], tmp_path / "class.zip")
    assert not list(tmp_path.iterdir())
