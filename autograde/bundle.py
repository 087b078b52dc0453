"""What an instructor hands out: the released notebooks, `utils` as a wheel, and how to start. Nothing of autograde."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autograde import syllabus
from autograde.archive import JUNK
from autograde.syllabus import Notebook

FOLDER = "next-token"  # what the archive unpacks to
JUPYTERLAB = "jupyterlab"  # the one package of the grading extra that a student needs

README = """\
# {title}

Notebooks with exercises. You fill in functions; a check below each tells you at once how far you are.

| notebook | file | time | due |
|---|---|---|---|
{notebooks}

## Install, once

You need Python 3.11, 3.12 or 3.13 and 4 GB of free disk. In a terminal, in this folder:

```
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt
```

On Windows it is `python` for `python3`, and `.venv\\Scripts` for `.venv/bin`. With conda: `conda create -n next-token python=3.12`, `conda activate
next-token`, `pip install -r requirements.txt`. On Linux without a GPU, install PyTorch's CPU build first, as its own site says: that saves several gigabytes.

## Open

```
.venv/bin/jupyter lab
```

and open the notebook. Its first cell tests the installation and says what to do where something is missing. The first start fetches the model; after that
you need no network.

In Google Colab: open the notebook there, choose *File → Save a copy in Drive*, and run its first cell. Where that says that the course's package is not here, upload
`{wheel}` to *Files*, on the left, and run it again.

## Hand in

Save the notebook and run its last cell: it says what is answered, and whether the file is whole. Hand in that one `.ipynb` file, under its own name, not packed. Write your answers in the cells that are there for them; cells of your own may
stand between. You may hand in again: the newest counts.
"""


class CannotBuild(RuntimeError):
    """The wheel could not be built. The message says why."""


def bundle(notebooks: list[Notebook], path: Path) -> None:
    """Write a zip of these notebooks, as they lie in course/, with all that a student needs; same input, same bytes.

    Raises CannotBuild where pip cannot build the wheel.
    """
    with tempfile.TemporaryDirectory() as temporary:
        wheel = _wheel(Path(temporary))
        files: dict[str, bytes] = {
            "LICENSE": (syllabus.ROOT / "LICENSE").read_bytes(),
            "README.md": _readme(notebooks, wheel.name).encode(),
            "requirements.txt": f"./{wheel.name}\n{_jupyterlab()}\n".encode(),
            wheel.name: wheel.read_bytes(),
        }
        for notebook in notebooks:
            folder = notebook.released.parent
            for file in folder.rglob("*"):
                place = file.relative_to(folder.parent)
                if file.is_file() and not JUNK & set(place.parts):
                    files[place.as_posix()] = file.read_bytes()
        unfinished = Path(temporary) / "bundle.zip"
        with zipfile.ZipFile(unfinished, "w") as archive:
            for name in sorted(files):
                info = zipfile.ZipInfo(f"{FOLDER}/{name}")  # of 1980: no time of this machine
                info.create_system, info.external_attr = 3, 0o100644 << 16  # wherever it is made
                packed = name.endswith(".whl")
                info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                archive.writestr(info, files[name])
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.part")
        shutil.copyfile(unfinished, beside)
        beside.replace(path)


def _wheel(folder: Path) -> Path:
    """The distribution with `utils` as its only package, built by pip from a copy."""
    project = folder / "project"
    ignore = shutil.ignore_patterns(*JUNK, "*.pyc")
    shutil.copytree(syllabus.ROOT / "utils", project / "utils", ignore=ignore)
    shutil.copy(syllabus.ROOT / "LICENSE", project)
    (project / "pyproject.toml").write_text(_pyproject(), encoding="utf-8")
    options = ["--no-deps", "--quiet", "--disable-pip-version-check", "--no-input"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(project)],
        env=os.environ | {"SOURCE_DATE_EPOCH": "1580601600"},  # the builder's own default
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        errors = [line for line in done.stdout.splitlines() if line.lower().startswith("error")]
        said = errors[-1] if errors else "it said nothing"
        raise CannotBuild(
            f"pip cannot build the wheel of utils; it fetches hatchling to do so: {said}"
        )
    return wheels[0]


def _pyproject() -> str:
    """The repository's own, without what is for graders and developers."""
    text = (syllabus.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    sections = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    kept = [part for part in sections if part.startswith(("[build-system]", "[project]"))]
    own = '[tool.hatch.build.targets.wheel]\npackages = ["utils"]\n'
    return "".join(kept).replace('readme = "README.md"\n', "") + own


def _jupyterlab() -> str:
    text = (syllabus.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return next(re.finditer(rf'"({JUPYTERLAB}\b[^"]*)"', text))[1]


def _readme(notebooks: list[Notebook], wheel: str) -> str:
    rows = [
        f"| {n.title} | `{n.folder}/{n.folder}.ipynb` | {n.minutes} min | "
        + (f"{n.due:%Y-%m-%d %H:%M %Z} |" if n.due else "|")
        for n in notebooks
    ]
    return README.format(
        title=syllabus.syllabus().title,
        notebooks="\n".join(rows),
        wheel=wheel,
    )
