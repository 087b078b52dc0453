"""The rules for a notebook that a program can check. Each problem is one sentence."""

import ast
import importlib
import re
from collections import Counter

from nbformat import NotebookNode

from autograde.bank import answers
from autograde.build import read_source
from autograde.exercise import CHECKS
from autograde.release import SOLUTION_ONLY, stub
from autograde.syllabus import ROOT, Notebook, syllabus

MAX_COLUMNS = 85
RIGHT, WRONG = 3, 5  # answers in the bank, at least
GENERAL_FINDINGS = {
    "not_defined", "not_implemented", "raised", "timed_out", "wrong_type", "wrong_shape",
    "wrong_dtype", "wrong_value", "input_changed", "calls_the_library",
}  # fmt: skip


def lint(notebook: Notebook) -> list[str]:
    """Everything that breaks a rule, in the order of the notebook."""
    nb = read_source(notebook)
    problems = [*_whole(nb, notebook), *_alike(nb)]
    for name in notebook.exercises:
        problems += [f"{name}: {problem}" for problem in _exercise(nb, notebook, name)]
    return [f"{notebook.folder}: {problem}" for problem in problems]


def _whole(nb: NotebookNode, notebook: Notebook) -> list[str]:
    problems = []
    first = nb.cells[0].source
    for part in ("# ", "Open in Colab", "Before you start", "After it you can"):
        if part not in first:
            problems.append(f"the first cell has no {part.strip('# ') or 'title'!r}")
    objectives = re.findall(r"^- \*\w+\*.*\(`\w+`.*\);?\.?$", first, re.M)
    if not 3 <= len(objectives) <= 5:
        problems.append(
            f"{len(objectives)} objectives that begin with a verb and name their exercises, "
            "expected 3 to 5"
        )
    everything = "\n".join(cell.source for cell in nb.cells)
    cards = re.findall(r"^\*\*Exercise .* (\d+) minutes · \d+ points?$", everything, re.M)
    minutes = sum(map(int, cards))
    if minutes > notebook.minutes:
        problems.append(
            f"its cards add up to {minutes} minutes, course.toml says {notebook.minutes} in all"
        )
    for heading in ("## Check yourself", "## Summary", "**Glossary.**", "**Predict.**"):
        if heading not in everything:
            problems.append(f"there is no {heading!r}")
    for cell in nb.cells:
        lines = cell.source.splitlines()
        if cell.cell_type == "code":
            problems += [
                f"cell {cell.id}: a line of {len(line)} columns (at most {MAX_COLUMNS}): {line[:40]}"
                for line in lines
                if len(line) > MAX_COLUMNS and "https://" not in line  # an address cannot be broken
            ]
        problems += [
            f"cell {cell.id}: a picture without alt text"
            for match in re.finditer(r"!\[\s*\]\(|<img(?![^>]*\balt=)", cell.source)
        ]
    ids = [cell.metadata.nbgrader.grade_id for cell in nb.cells if "nbgrader" in cell.metadata]
    problems += [f"grade_id {id!r} stands {n} times" for id, n in Counter(ids).items() if n > 1]
    tests = [id.removeprefix("test_") for id in ids if id.startswith("test_")]
    if tests != list(notebook.exercises):
        problems.append(f"course.toml lists {list(notebook.exercises)}, the notebook {tests}")
    elsewhere = [
        name
        for other in syllabus().notebooks
        if other.folder != notebook.folder
        for name in other.exercises
    ]
    problems += [
        f"exercise {name!r} is also in another notebook"
        for name in notebook.exercises
        if name in elsewhere
    ]
    return problems


def _alike(nb: NotebookNode) -> list[str]:
    """The set-up cell and the last two cells are those of the course's first notebook, to the letter."""
    model = read_source(syllabus().notebooks[0])
    problems = []
    for what, place in (("set-up cell", 1), ("cell before the last", -2), ("last cell", -1)):
        mine, wanted = (
            (c.cell_type, c.source, c.metadata) for c in (nb.cells[place], model.cells[place])
        )
        if mine != wanted:
            problems.append(f"its {what} is not that of {syllabus().notebooks[0].folder}")
    return problems


def _exercise(nb: NotebookNode, notebook: Notebook, name: str) -> list[str]:
    cells = {
        cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata
    }
    missing = [id for id in (name, f"try_{name}", f"test_{name}") if id not in cells]
    if missing:
        return [f"no cell with grade_id {id!r}" for id in missing]
    return [
        *_solution(cells[name], name),
        *_public_check(cells[f"try_{name}"], name),
        *_test(cells[f"test_{name}"], notebook, name),
        *_card_and_hints(nb, notebook, name),
        *_contract_and_bank(notebook, name),
    ]


def _solution(cell: NotebookNode, name: str) -> list[str]:
    problems = []
    if not cell.metadata.nbgrader.solution or cell.metadata.nbgrader.locked:
        problems.append("its solution cell must be a solution and not locked")
    region = re.search(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", cell.source, re.S)
    if not region:
        return [*problems, "its solution cell has no solution region"]
    if stub(name, cell.source).startswith("raise") and not ast.get_docstring(
        next(node for node in ast.parse(cell.source).body if getattr(node, "name", "") == name)
    ):
        problems.append("it has no docstring")
    return problems


def _public_check(cell: NotebookNode, name: str) -> list[str]:
    problems = []
    if not cell.metadata.nbgrader.locked or cell.metadata.nbgrader.grade:
        problems.append("its public check must be locked and not graded")
    if cell.source.splitlines()[-1] != f'print("{name}: public checks passed")':
        problems.append(f"its public check must end in printing '{name}: public checks passed'")
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Assert) and node.msg is None:
            problems.append("its public check has an assert without a message")
    return problems


def _test(cell: NotebookNode, notebook: Notebook, name: str) -> list[str]:
    problems = []
    meta = cell.metadata.nbgrader
    if not meta.grade or not meta.locked or meta.solution:
        problems.append("its test cell must be graded, locked and no solution")
    points = notebook.points.get(name, 0)  # a stretch exercise has none under stock nbgrader
    if meta.get("points") != points:
        problems.append(f"its test cell gives {meta.get('points')} points, course.toml {points}")
    wanted = (
        f"# The marks for {name} are given here.\n### BEGIN HIDDEN TESTS\n"
        f'from autograde import mark\n\nmark("{name}", globals())\n### END HIDDEN TESTS'
    )
    if cell.source != wanted:
        problems.append("its test cell must hold the hidden line and nothing else")
    return problems


def _card_and_hints(nb: NotebookNode, notebook: Notebook, name: str) -> list[str]:
    problems = []
    index = next(
        index
        for index, cell in enumerate(nb.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )
    card = nb.cells[index - 1].source
    kind = "bonus points?" if name in notebook.bonus else "points?"
    wanted = (
        rf"\*\*Exercise `{name}`\*\* · difficulty [1-5] of 5 · importance [1-5] of 5 · "
        rf"\d+ minutes · {notebook.exercises[name]} {kind}\n"
    )
    if not re.search(wanted, card):
        problems.append("no card above it with difficulty, importance, minutes and its points")
    if 'role="note"' not in card or "Worked example:" not in card:
        problems.append("its card has no worked example, or no role")
    after = "\n".join(cell.source for cell in nb.cells[index + 1 : index + 5])
    if len(re.findall(r"<details><summary>Hint \d: ", after)) < 2:
        problems.append("fewer than two hints below it")
    if SOLUTION_ONLY not in after:
        problems.append("no explanation for the solution notebook below it")
    return problems


def _contract_and_bank(notebook: Notebook, name: str) -> list[str]:
    problems = []
    importlib.import_module(f"autograde.checks.{notebook.module}")
    if name not in CHECKS:
        problems.append(f"autograde/checks/{notebook.module}.py has no check of that name")
    contract = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", contract, re.M | re.S)
    if not section:
        return [*problems, "docs/contract.md has no heading for it"]
    for field in ("Signature", "Types", "Edge cases", "Judged", "Findings"):
        if f"- **{field}:**" not in section[1]:
            problems.append(f"docs/contract.md has no field {field!r}")
    bank = [answer for answer in answers(notebook) if answer.exercise == name]
    wrong = [answer.finding for answer in bank if answer.finding]
    if len(bank) - len(wrong) < RIGHT or len(wrong) < WRONG:
        problems.append(
            f"its bank has {len(bank) - len(wrong)} right and {len(wrong)} wrong answers, "
            f"expected at least {RIGHT} and {WRONG}"
        )
    listed = set(re.findall(r"`(\w+)`", section[1].partition("**Findings:**")[2]))
    for other in re.findall(r"those of `(\w+)`", section[1]):
        twin = contract.partition(f"\n## {other}\n")[2].partition("\n## ")[0]
        listed |= set(re.findall(r"`(\w+)`", twin.partition("**Findings:**")[2]))
    unknown = set(wrong) - listed - GENERAL_FINDINGS
    problems += [f"docs/contract.md does not list its finding {id!r}" for id in sorted(unknown)]
    return problems
