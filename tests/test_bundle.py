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

from autograde.build import wheel_address
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


class Machine:
    """A student's: an environment of its own, in which the packages that `utils` depends on are installed and nothing else.

    Its working folder is what the bundle unpacks to.
    """

    def __init__(self, folder: Path, packed: Path):
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(folder)
        self.folder = folder / "next-token"
        [self.wheel] = self.folder.glob("*.whl")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
        [self.site] = (folder / "venv").rglob("site-packages")
        self.python = next(p for p in (folder / "venv").glob("*/python*") if p.stem == "python")
        # torch, pip and the like from here, without what belongs to this clone.
        spec = importlib.util.find_spec("numpy")
        assert spec and spec.origin
        others = folder / "others"
        others.mkdir()
        for path in Path(spec.origin).parents[1].iterdir():
            if "next_token" not in path.name:
                (others / path.name).symlink_to(path)
        (self.site / "others.pth").write_text(str(others))

    def run(self, program: str, **env: str) -> subprocess.CompletedProcess[str]:
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        return subprocess.run(
            [self.python, "-c", program],
            cwd=self.folder,
            env=kept | env,
            capture_output=True,
            text=True,
        )

    def set_up(self) -> str:
        """The set-up cell of a released notebook, and what may be imported after it."""
        [path] = self.folder.glob("00_*/*.ipynb")
        cells = nbformat.read(path, as_version=4).cells
        cell = next(cell.source for cell in cells if cell.cell_type == "code")
        assert "check_setup" in cell
        return f"{cell}\nprint(utils.__file__)\nimport importlib.util as u\nprint(u.find_spec('autograde'))\n"


@pytest.fixture
def machine(packed, tmp_path) -> Machine:
    return Machine(tmp_path, packed)


COLAB = "import sys, types; sys.modules['google.colab'] = types.ModuleType('google.colab')\n"


@pytest.mark.parametrize("place", ["Jupyter", "Colab"])
def test_a_set_up_cell_works_from_it_and_no_check_can_be_imported(machine, place):
    if place == "Jupyter":
        pip = [sys.executable, "-m", "pip", "--python", str(machine.python), "install", "--no-deps"]
        subprocess.run([*pip, "-q", "--disable-pip-version-check", str(machine.wheel)], check=True)
        done = machine.run(machine.set_up())
    else:  # the cell itself installs the wheel that was uploaded, and needs no other package
        done = machine.run(COLAB + machine.set_up(), PIP_NO_INDEX="1")
    assert done.returncode == 0, done.stderr
    *said, where, grader = done.stdout.splitlines()
    assert Path(where).is_relative_to(machine.site) and grader == "None"
    assert any(line.startswith("[OK]   Packages") for line in said), said
    assert ("[NOTE] Colab forgets" in done.stdout) == (place == "Colab")
    installed = {path.name.partition("-")[0] for path in machine.site.glob("*.dist-info")}
    assert installed == {"next_token"}


@pytest.mark.parametrize("place", ["Jupyter", "Colab"])
def test_without_its_wheel_the_set_up_cell_says_one_sentence(machine, place):
    machine.wheel.unlink()
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "PIP_RETRIES": "0"}
    colab = COLAB if place == "Colab" else ""
    done = machine.run(colab + machine.set_up(), **nowhere)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("The course's package is not here.") and "run this again" in last
    assert ("github.com" in done.stderr) == (place == "Colab")  # only there was it looked for


def test_the_address_in_the_set_up_cell_ends_in_the_wheels_name(machine):
    assert wheel_address().rpartition("/")[2] == machine.wheel.name


def test_without_pip_it_says_so_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("autograde.bundle.sys.executable", "/bin/false")
    with pytest.raises(CannotBuild, match="pip cannot build the wheel"):
        bundle(NOTEBOOKS[:1], tmp_path / "class.zip")
    assert not list(tmp_path.iterdir())
