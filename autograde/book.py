"""The book: the executed walkthroughs as a site that opens without a network. `python3 course.py site` builds it.

    python -m autograde.book FOLDER

jupyter-book makes it; nothing is run. The walkthroughs are as `autograde build --execute` left them.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import yaml
from nbformat import NotebookNode

from autograde import build, syllabus
from autograde.needed import is_test
from autograde.syllabus import Notebook

# Not by `-m`, which it does not know, nor by its script, which lies elsewhere on each system.
RUN = "from jupyter_book.cli.main import main; main()"
# jupyter-book's, without those that reach for the network: Thebe, comments, other projects' indexes. MathJax comes out
# of a package and lies beside the pages.
EXTENSIONS = [
    "sphinx_togglebutton",
    "sphinx_copybutton",
    "myst_nb",
    "jupyter_book",
    "sphinx_external_toc",
    "sphinx_design",
    "sphinx_book_theme",
    "sphinx-mathjax-offline",
]
# Room inside the cards, and one field to search in where the theme has two.
STYLE = """\
.card[role="note"] { padding: 1rem 1rem 0; margin-bottom: 1rem; }
.bd-header { display: none; }
"""
PAGES = ("formulas",)  # of docs/, behind the notebooks


class CannotBuild(RuntimeError):
    """jupyter-book failed. The message is what it said last."""


def build_book(output: Path) -> Path:
    """Write the site into the folder `output`, in place of what was there; returns its first page.

    Raises CannotBuild, and leaves `output` as it was.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "book"
        source.mkdir()
        _write_source(source)
        done = subprocess.run(
            [sys.executable, "-c", RUN, "build", str(source)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        html = source / "_build" / "html"
        if done.returncode or not (html / "index.html").is_file():
            raise CannotBuild("\n".join(done.stdout.splitlines()[-12:]))
        shutil.rmtree(output, ignore_errors=True)
        shutil.move(html, output)
    return output / "index.html"


def _write_source(folder: Path) -> None:
    course = syllabus.syllabus()
    for notebook in course.notebooks:
        nbformat.write(_page(notebook), folder / f"{notebook.folder}.ipynb")
    for page in PAGES:
        shutil.copy(syllabus.ROOT / "docs" / f"{page}.md", folder)
    (folder / "index.md").write_text(_first_page(), encoding="utf-8")
    (folder / "_static").mkdir()
    (folder / "_static" / "book.css").write_text(STYLE, encoding="utf-8")
    chapters = [notebook.folder for notebook in course.notebooks] + list(PAGES)
    toc = {
        "format": "jb-book",
        "root": "index",
        "chapters": [{"file": chapter} for chapter in chapters],
    }
    config = {
        "title": course.title,
        "author": "",
        "copyright": "",
        "execute": {"execute_notebooks": "off"},
        "html": {"use_issues_button": False, "use_repository_button": False},
        # `extensions` takes the place of jupyter-book's own list.
        "sphinx": {"config": {"language": "en", "extensions": EXTENSIONS, "nb_ipywidgets_js": {}}},
    }
    for name, content in (("_toc.yml", toc), ("_config.yml", config)):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _page(notebook: Notebook) -> NotebookNode:
    """A walkthrough without what is there for nbgrader, for widgets and for handing in."""
    nb = nbformat.read(notebook.walkthrough, as_version=4)
    nb.cells = [cell for cell in nb.cells[:-2] if not is_test(cell)]  # the last two: to hand in
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.source = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.M)
            cell.outputs = [
                output
                for output in cell.outputs
                if output.get("data", {}).get("text/plain") != build.STILL_WIDGET
            ]
    return nb


def _first_page() -> str:
    readme = (syllabus.ROOT / "README.md").read_text(encoding="utf-8")
    beginning = readme.partition("\n## ")[0]
    rows = [
        f"| [{n.title}]({n.folder}.ipynb) | {n.minutes} minutes |"
        for n in syllabus.syllabus().notebooks
    ]
    return f"""{beginning}
These pages are the walkthroughs: every exercise solved, with the reasoning, one common wrong answer, and what each cell printed. The exercises themselves are
notebooks to work in; do one before you read its page.

| walkthrough | time for the notebook |
|---|---|
{chr(10).join(rows)}
"""


if __name__ == "__main__":
    try:
        print(build_book(Path(sys.argv[1])))
    except CannotBuild as error:
        sys.exit(str(error))
