"""Notebooks as Colab, an LMS and careless hands return them, rebuilt from the release.

The release is the skeleton: its order, its metadata, its ids, its tests. Of a submission only the sources are taken.
What cannot be known is guessed, and each guess is a Problem that the instructor reads.
"""

import ast
import copy
import json
import re
import unicodedata
import warnings
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

MAX_BYTES = 32 * 2**20
MAX_CELLS = 2_000

LISTED = 5  # problems of one kind that are listed singly
SIMILAR = 0.6  # from this ratio on, two texts are versions of one cell
COMPARISONS = 2_000  # pairs of cells compared in one gap: a hostile notebook must not cost minutes
PARSED = 200_000  # characters of code in a notebook that is still parsed for what it defines

FLAGS = ("grade", "locked", "points", "solution", "task")
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Ids of this form count cells: in another release they may name another cell.
COUNTED_ID = re.compile(r"(code|markdown|raw)-\d+")
DEFINITION = re.compile(r"^(?:(?:async +)?def|class) +(\w+)|^(\w+) *(?::[^=\n]*)?=(?!=)", re.M)


@dataclass(frozen=True)
class Problem:
    """One entry of `problems` in results.json. The message is one sentence, without a word of the student's."""

    code: str
    cell: str | None  # grade id or cell id of the release's cell
    message: str


class Unreadable(ValueError):
    """No notebook can be read. The message is one sentence for the instructor."""


# --- Which file ----------------------------------------------------------------------------------


def find_notebook(folder: Path, name: str) -> tuple[Path, list[Problem]]:
    """The notebook `name` in a hand-in's folder: `<name>.ipynb`, else the only notebook, else the newest.

    Links, pipes and folders that are named like notebooks are never opened.
    Raises Unreadable where there is none, or where it is too large to be read.
    """
    try:
        return _found(folder, name)
    except OSError:
        raise Unreadable("There is no folder of files that can be read.") from None


def _found(folder: Path, name: str) -> tuple[Path, list[Problem]]:
    if folder.is_symlink():
        raise Unreadable("The folder handed in is a symbolic link, which is not followed.")
    problems: list[Problem] = []
    files, refused = _notebooks_in([folder])
    if not files:
        folders = [path for path in _listed(folder) if path.is_dir() and not path.is_symlink()]
        files, more = _notebooks_in(folders)
        refused += more
        if files:
            problems.append(Problem("in_subfolder", None, "The notebook lies in a subfolder."))
    if refused:
        message = "A symbolic link, pipe or folder is named like a notebook; it was not opened."
        problems.append(Problem("file_refused", None, message))
    if not files:
        raise Unreadable(_what_lies_there(folder, bool(refused)))
    named = [path for path in files if unicodedata.normalize("NFC", path.name) == f"{name}.ipynb"]
    if len(named or files) > 1:
        message = f"There are {len(named or files)} notebooks; the newest was taken."
        problems.append(Problem("several_notebooks", None, message))
    elif not named:
        message = "The notebook has another name than the release's; it is the only one."
        problems.append(Problem("other_name", None, message))
    path = max(named or files, key=lambda path: (path.lstat().st_mtime_ns, path.name))
    if path.lstat().st_size > MAX_BYTES:
        raise Unreadable(_too_large(path.lstat().st_size))
    return path, problems


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder, without hidden files and what macOS adds to archives."""
    return [p for p in sorted(folder.iterdir()) if not p.name.startswith((".", "__MACOSX"))]


def _notebooks_in(folders: list[Path]) -> tuple[list[Path], list[Path]]:
    """The notebooks in these folders, and what is only named like one."""
    found = [
        path for folder in folders for path in _listed(folder) if path.suffix.lower() == ".ipynb"
    ]
    files: list[Path] = []
    refused: list[Path] = []
    for path in found:
        (files if not path.is_symlink() and path.is_file() else refused).append(path)
    return files, refused


def _what_lies_there(folder: Path, refused: bool) -> str:
    paths = _listed(folder)
    if refused:
        return "What is named like a notebook is a symbolic link, a pipe or a folder: not opened."
    if not paths:
        return "The folder handed in is empty."
    if any(path.suffix == ".py" for path in paths):
        return "There is a Python file, but no notebook (.ipynb)."
    return "There is no notebook (.ipynb) among the files handed in."


def _too_large(size: int) -> str:
    return f"The file has {size / 2**20:.0f} MB; a notebook may have {MAX_BYTES // 2**20} MB."


# --- What is in it -------------------------------------------------------------------------------


def read_notebook(data: bytes) -> tuple[NotebookNode, list[Problem]]:
    """The notebook in these bytes, as a valid one of format 4.5 with nothing in it that `rebuild` does not look at.

    Raises Unreadable, and nothing else, whatever the bytes are.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(_too_large(len(data)))
    text, problems = _decoded(data)
    try:
        # As floats, numbers of any length are read.
        raw = json.loads(text, parse_int=float)
    except json.JSONDecodeError as error:
        raise Unreadable(_why_no_json(text, error)) from None
    except (RecursionError, MemoryError):
        raise Unreadable("The file is nested too deeply for a notebook.") from None
    nb, more = _cleaned(raw)
    return nb, problems + more


def _decoded(data: bytes) -> tuple[str, list[Problem]]:
    problems = []
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        message = "The file is not in UTF-8; characters that could not be read were replaced."
        problems.append(Problem("encoding", None, message))
    text = text.lstrip("\ufeff")
    if "\0" in text:
        text = text.replace("\0", "")
        problems.append(Problem("nul_bytes", None, "The file held NUL bytes; they were left out."))
    return text, problems


def _why_no_json(text: str, error: json.JSONDecodeError) -> str:
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        return "The file is empty."
    if start.startswith("<") and not start.startswith("<<<<"):
        return "The file looks like a web page, such as a login page that was saved."
    if start.startswith("PK\3\4"):
        return "The file is a zip archive, not a notebook."
    if not start.startswith("{"):
        return "The file is not a notebook: it is not JSON."
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return "The notebook is truncated: its JSON ends in the middle, as after a broken upload."
    return f"The notebook is damaged: its JSON breaks off in line {error.lineno}."


def _cleaned(raw: Any) -> tuple[NotebookNode, list[Problem]]:
    """A notebook of format 4.5 from whatever JSON it is. The shape decides, not the version that it claims.

    Raises Unreadable where nothing has the shape of a list of cells.
    """
    found = _cells_of(raw)
    problems = []
    major, minor = raw.get("nbformat"), raw.get("nbformat_minor")
    if isinstance(major, float | int) and major < 4:
        problems.append(Problem("old_format", None, "The notebook is in an old format."))
    elif major == 4 and isinstance(minor, float | int) and minor > 5:
        message = "The notebook is in a newer format than is known here; it was read as it is."
        problems.append(Problem("newer_format", None, message))
    cells = [_cleaned_cell(cell) for cell in found]
    damaged = sum(not _is_sound(cell) for cell in found)
    if damaged:
        message = f"Cells without a readable type or source: {damaged}."
        problems.append(Problem("cell_damaged", None, message))
    times = Counter(cell["id"] for cell in cells)
    fresh = _fresh_ids("no-id", set(times))
    for cell in cells:
        if not cell["id"] or times[cell["id"]] > 1:
            cell["id"] = next(fresh)
    stamp = _dict(_dict(raw.get("metadata")).get("next_token")).get("release")
    metadata = {"next_token": {"release": _text(stamp)}} if isinstance(stamp, str) else {}
    nb = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    return nbformat.from_dict(nb), problems


def _cells_of(raw: Any) -> list:
    """The cells, wherever the format keeps them. Raises Unreadable."""
    if not isinstance(raw, dict):
        raise Unreadable("The file is JSON, but not a notebook.")
    cells = raw.get("cells")
    if not isinstance(cells, list) and isinstance(raw.get("worksheets"), list):
        sheets = [_dict(sheet).get("cells") for sheet in raw["worksheets"]]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if not isinstance(cells, list):
        raise Unreadable("The file is JSON, but not a notebook: it has no list of cells.")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; it may have {MAX_CELLS}.")
    return cells


def _source_of(cell: dict) -> Any:
    return cell.get("source", cell.get("input"))  # format 3 has code under "input"


def _is_sound(cell: Any) -> bool:
    kind = _dict(cell).get("cell_type")
    known = isinstance(kind, str) and kind in {"code", "markdown", "raw", "heading", "html"}
    return known and isinstance(_source_of(cell), str | list)


def _cleaned_cell(raw: Any) -> dict:
    raw = _dict(raw)
    kind, source = raw.get("cell_type"), _text(_source_of(raw))
    if kind == "heading":
        level = raw.get("level")
        depth = int(level) if isinstance(level, float | int) and 1 <= level <= 6 else 1
        source = f"{'#' * depth} {source}"
    if not isinstance(kind, str) or kind not in ("code", "markdown"):
        kind = "markdown" if kind in ("heading", "html") else "raw"
    nbgrader = _dict(_dict(raw.get("metadata")).get("nbgrader"))
    mark = {
        key: _text(value) if isinstance(value, str) else value
        for key, value in nbgrader.items()
        if key in FLAGS and isinstance(value, bool | float | int | str)
    }
    if isinstance(nbgrader.get("grade_id"), str):
        mark["grade_id"] = _text(nbgrader["grade_id"])
    id = raw.get("id")
    cell = {
        "cell_type": kind,
        "id": id if isinstance(id, str) and CELL_ID.fullmatch(id) else "",
        "metadata": {"nbgrader": mark} if mark else {},
        "source": source,
    }
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """A string that can be written as UTF-8, from a string or a list of them."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    if not value.isascii():  # a lone surrogate cannot be encoded
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value.replace("\0", "")


def _fresh_ids(prefix: str, taken: set[str]) -> Iterator[str]:
    ids = (f"{prefix}-{index:03d}" for index in range(len(taken) + MAX_CELLS + 1))
    return (id for id in ids if id not in taken)


# --- What a cell defines -------------------------------------------------------------------------


def _defined(source: str, parse: bool = True) -> frozenset[str]:
    """The names of functions, classes and variables that a cell binds at its top level."""
    first = source.lstrip().partition("\n")[0]
    if first.startswith("%%") and not re.match(r"%%(time|capture)\b", first):
        return frozenset()  # another language, or text for a file
    if not parse:
        return _looks_defined(source)
    python = re.sub(r"^([ \t]*)[%!].*", r"\1pass", source, flags=re.M)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return frozenset(_bound(ast.parse(python).body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _looks_defined(source)


def _looks_defined(source: str) -> frozenset[str]:
    return frozenset(match[1] or match[2] for match in DEFINITION.finditer(source))


def _bound(body: Iterable[ast.AST]) -> set[str]:
    names = set()
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value:
            targets = [node.target]
        for target in targets:
            names |= {
                part.id
                for part in ast.walk(target)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            todo += getattr(node, block, [])
    return names


def _without(source: str, names: set[str]) -> str:
    """A stub's source without the statements that bind these names; empty if they are all it does."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return ""
    cut = [node for node in body if (bound := _bound([node])) and bound <= names]
    if len(cut) == len(body):
        return ""
    lines = source.splitlines()
    for node in cut:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        last = node.end_lineno or node.lineno
        lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(lines).strip()


# --- The release's notebook with the student's sources -------------------------------------------


def rebuild(submission: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[Problem]]:
    """The release's notebook with the sources of a submission, and what had to be guessed or put right.

    `metadata.next_token.origin` of each cell tells whose source it has: "release", "changed" (a cell of the release
    with the student's source) or "student" (a cell of their own). Raises Unreadable for what has no list of cells.
    """
    return _Rebuild(submission, release).run()


def _mark(cell: NotebookNode) -> dict:
    """The nbgrader metadata of a cell."""
    return _dict(cell.metadata.get("nbgrader"))


def _role(cell: NotebookNode) -> str:
    """What a release's cell is: "answer" (the student writes it), "locked" (nobody does) or "given"."""
    mark = _mark(cell)
    if mark.get("solution") or mark.get("task"):
        return "answer"
    return "locked" if mark.get("grade") or mark.get("locked") else "given"


def _stamp(nb: NotebookNode) -> str | None:
    return _dict(nb.metadata.get("next_token")).get("release")


def _same(one: NotebookNode, other: NotebookNode) -> bool:
    return _key(one) == _key(other)


def _key(cell: NotebookNode) -> str:
    """A cell's source as it is compared: editors differ in line ends and trailing blanks."""
    return "\n".join(map(str.rstrip, cell.source.splitlines())).strip()


def _words(cell: NotebookNode) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", cell.source[:5_000])[:300]


def _in_order(match: dict[int, int]) -> list[tuple[int, int]]:
    """The longest part of a match that is in order on both sides: the cells that were not moved."""
    ends: list[int] = []
    chains: list[tuple] = []  # the best chain of each length, as (pair, the chain before it)
    for pair in sorted(match.items()):
        at = bisect_left(ends, pair[1])
        ends[at : at + 1] = [pair[1]]
        chains[at : at + 1] = [(pair, chains[at - 1] if at else None)]
    chain = chains[-1] if chains else None
    found = []
    while chain:
        found.append(chain[0])
        chain = chain[1]
    return found[::-1]


def _aligned(scores: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """Pairs that do not cross, the most similar first."""
    if not scores:
        return []
    best = max(scores, key=lambda pair: scores[pair])
    before = {p: s for p, s in scores.items() if p[0] < best[0] and p[1] < best[1]}
    after = {p: s for p, s in scores.items() if p[0] > best[0] and p[1] > best[1]}
    return [*_aligned(before), best, *_aligned(after)]


def _folded(problems: list[Problem]) -> list[Problem]:
    """At most LISTED problems of one code, the rest as a number: two thousand cells make no long report."""
    times = Counter(problem.code for problem in problems)
    seen: Counter[str] = Counter()
    kept = []
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= LISTED:
            kept.append(problem)
        elif seen[problem.code] == times[problem.code]:
            message = f"The same holds for {times[problem.code] - LISTED} more."
            kept.append(Problem(problem.code, None, message))
    return kept


class _Rebuild:
    """One rebuild. Cells go by their places: `r` in the release, `s` in the submission."""

    def __init__(self, submission: NotebookNode, release: NotebookNode):
        theirs, _ = _cleaned(submission)
        self.theirs, self.ours = theirs.cells, release.cells
        self.release = release
        self.stamps = _stamp(theirs), _stamp(release)
        self.match: dict[int, int] = {}  # r -> s
        self.how: dict[int, str] = {}  # r -> the evidence for its match
        self.copies: dict[int, int] = {}  # s -> r of which it is one more copy
        self.free = set(range(len(self.theirs)))  # every s that nothing is known of yet
        self.problems: list[Problem] = []
        self.grade_ids = {
            _mark(cell)["grade_id"]: r
            for r, cell in enumerate(self.ours)
            if _mark(cell).get("grade_id")
        }
        parse = sum(len(c.source) for c in self.theirs if c.cell_type == "code") <= PARSED
        self.defined = [
            _defined(cell.source, parse) if cell.cell_type == "code" else frozenset()
            for cell in self.theirs
        ]
        # What the release's own cells define is no sign of a student's work.
        self.given = [
            _defined(cell.source) if cell.cell_type == "code" else frozenset() for cell in self.ours
        ]
        judged = {id.removeprefix("test_") for id in self.grade_ids}
        self.wanted = {
            r: self.given[r] & judged or self.given[r]
            for r, cell in enumerate(self.ours)
            if self._is_solution(r)
        }

    def run(self) -> tuple[NotebookNode, list[Problem]]:
        self._by_grade_id()
        self._by_cell_id()
        self._by_source()
        if self._is_another_notebook():
            message = "This is another notebook: it shares no exercise with this one."
            return self._assembled(), [Problem("other_notebook", None, message)]
        self._by_definition()
        self._by_similarity()
        self._by_position()
        self._report()
        nb = self._assembled()
        return nb, _folded(self.problems)

    # Matching, from the surest evidence to the weakest.

    def _by_grade_id(self) -> None:
        groups = defaultdict(list)
        for s, cell in enumerate(self.theirs):
            if (id := _mark(cell).get("grade_id")) in self.grade_ids:
                groups[self.grade_ids[id]].append(s)
        for r, group in groups.items():
            self.free -= set(group)
            # Copied cells and split ones have their metadata twice. A copy that nobody wrote anything in goes,
            # for a stub would overwrite right code above it.
            untouched = [s for s in group if _same(self.theirs[s], self.ours[r])]
            written = [s for s in group if s not in untouched and self.theirs[s].source.strip()]
            if _role(self.ours[r]) == "answer":
                first, *more = written or group[:1]
            else:
                first = (untouched or group)[0]
                more = [s for s in written if s != first]
            self._take(r, first, "grade_id")
            self.copies |= dict.fromkeys(more, r)
            if len(group) > 1:
                left_out = len(group) - 1 - len(more)
                message = f"This cell is there {len(group)} times; what was written in them runs in the order found"
                message += f", {left_out} without work were left out." if left_out else "."
                self._note("duplicated", r, message)

    def _by_cell_id(self) -> None:
        """Ids that only count cells are believed in a copy of this very release, or where the source agrees."""
        places = {cell.get("id"): r for r, cell in enumerate(self.ours) if cell.get("id")}
        theirs, ours = self.stamps
        for s in sorted(self.free):
            cell = self.theirs[s]
            r = places.get(cell.id)
            if r is None or r in self.match:
                continue
            counted = COUNTED_ID.fullmatch(cell.id)
            if theirs == ours or not counted or _same(cell, self.ours[r]):
                self._take(r, s, "cell_id")

    def _by_source(self) -> None:
        open_places = defaultdict(list)
        for r, cell in enumerate(self.ours):
            if r not in self.match:
                open_places[_key(cell)].append(r)
        stubs = {_key(self.ours[r]): r for r in self.wanted}
        for s in sorted(self.free):
            key = _key(self.theirs[s])
            if not key:
                continue
            if open_places[key]:
                self._take(open_places[key].pop(0), s, "source")
            elif key in stubs:
                self.free.discard(s)
                message = "One more copy of this cell has no work in it; it was left out."
                self._note("duplicated", stubs[key], message)

    def _by_definition(self) -> None:
        """A lost solution is the cell that defines its name, in its place or below its test.

        Above its place such a cell stays where it is: it counts there, and cells below it may need it.
        """
        for r, wanted in self.wanted.items():
            if r in self.match:
                continue
            test = self._test_of(r)
            start, end = self._span(r, r)
            bound = self._span(r, test - 1)[1]
            found = [s for s in sorted(self.free) if self.defined[s] & wanted]
            here = [s for s in found if start < s < end]
            if here or (found and not self._stands_above(test, bound, wanted)):
                self._take(r, (here or found)[0], "definition")

    def _stands_above(self, test: int, bound: int, wanted: frozenset[str]) -> bool:
        """Whether the student has defined a name above a test, be it in a cell of their own or in another's place."""
        own = any(self.defined[s] & wanted for s in {*self.free, *self.copies} if s < bound)
        return own or any(
            (self.defined[s] - self.given[q]) & wanted
            for q, s in self.match.items()
            if q < test and _role(self.ours[q]) != "locked"
        )

    def _by_similarity(self) -> None:
        left = COMPARISONS
        for ours, theirs in self._gaps():
            if len(ours) * len(theirs) > left:
                continue
            left -= len(ours) * len(theirs)
            scores = {}
            for s in theirs:
                matcher: SequenceMatcher = SequenceMatcher(None, autojunk=False)
                matcher.set_seq2(_words(self.theirs[s]))
                for r in ours:
                    if self.ours[r].cell_type != self.theirs[s].cell_type:
                        continue
                    matcher.set_seq1(_words(self.ours[r]))
                    if matcher.quick_ratio() >= SIMILAR and matcher.ratio() >= SIMILAR:
                        scores[r, s] = matcher.ratio()
            for r, s in _aligned(scores):
                self._take(r, s, "similarity")

    def _by_position(self) -> None:
        """Answers that define nothing, prose above all, show no other sign of where they belong."""
        for ours, theirs in self._gaps():
            answers = [
                r for r in ours if _role(self.ours[r]) == "answer" and not self.wanted.get(r)
            ]
            for r in answers:
                kind = self.ours[r].cell_type
                fits = [
                    s
                    for s in theirs
                    if s in self.free
                    and self.theirs[s].cell_type == kind
                    and self.theirs[s].source.strip()
                ]
                if fits:
                    self._take(r, fits[0], "position")

    def _take(self, r: int, s: int, how: str) -> None:
        self.match[r], self.how[r] = s, how
        self.free.discard(s)

    def _is_solution(self, r: int) -> bool:
        """Code that the student writes; its stub would overwrite what stands above it."""
        return _role(self.ours[r]) == "answer" and self.ours[r].cell_type == "code"

    def _test_of(self, r: int) -> int:
        """The place of the next test, where what stands at `r` is judged."""
        tests = (q for q in range(r + 1, len(self.ours)) if _mark(self.ours[q]).get("grade"))
        return next((q for q in tests if _role(self.ours[q]) == "locked"), len(self.ours))

    def _span(self, first: int, last: int) -> tuple[int, int]:
        """Between which places in the submission the release's cells from `first` to `last` belong."""
        settled = _in_order(self.match)
        start = max((s for r, s in settled if r < first), default=-1)
        return start, min((s for r, s in settled if r > last), default=len(self.theirs))

    def _gaps(self) -> Iterator[tuple[list[int], list[int]]]:
        """The unmatched cells of both sides, between neighbours that are matched."""
        ends = [(-1, -1), *_in_order(self.match), (len(self.ours), len(self.theirs))]
        for (r0, s0), (r1, s1) in pairwise(ends):
            ours = [r for r in range(r0 + 1, r1) if r not in self.match]
            theirs = [s for s in range(s0 + 1, s1) if s in self.free]
            if ours and theirs:
                yield ours, theirs

    def _is_another_notebook(self) -> bool:
        # The empty cell for a reflection may read alike in every notebook.
        if any(
            how == "grade_id" or _role(self.ours[r]) == "locked" or r in self.wanted
            for r, how in self.how.items()
        ):
            return False
        theirs, ours = self.stamps
        if theirs is not None and theirs == ours:
            return False
        if any(_mark(cell).get("grade_id") for cell in self.theirs):
            return True
        if any(self.defined[s] & names for s in self.free for names in self.wanted.values()):
            return False
        return theirs is not None or not self.match or 5 * len(self.match) < len(self.theirs)

    # What the instructor is told.

    def _note(self, code: str, r: int | None, message: str) -> None:
        name = None
        if r is not None:
            name = _mark(self.ours[r]).get("grade_id") or self.ours[r].get("id")
        self.problems.append(Problem(code, name, message))

    def _report(self) -> None:
        stripped = self._report_whole()
        for r, cell in enumerate(self.ours):
            if r not in self.match:
                self._report_missing(r)
                continue
            theirs, how = self.theirs[self.match[r]], self.how[r]
            if theirs.cell_type != cell.cell_type:
                message = f"This {cell.cell_type} cell had become {theirs.cell_type}."
                self._note("cell_type_changed", r, message)
            if _role(cell) == "locked" and not _same(theirs, cell):
                self._note("locked_cell_changed", r, "A locked cell was changed; it was put right.")
            if how == "grade_id":
                changed = [
                    flag
                    for flag in FLAGS
                    if (_mark(theirs).get(flag) or 0) != (_mark(cell).get(flag) or 0)
                ]
                if changed:
                    message = f"Its metadata were changed ({', '.join(changed)}) and put right."
                    self._note("metadata_changed", r, message)
            elif how not in ("cell_id", "source") and not stripped:
                clue = {
                    "definition": "it defines its name",
                    "similarity": "it is similar and in its place",
                    "position": "it is in its place",
                }[how]
                message = f"A cell without its id was taken for this one, because {clue}."
                self._note(f"matched_by_{how}", r, message)
            elif _mark(cell) and not stripped:
                self._note("metadata_changed", r, "Its nbgrader metadata were lost; put right.")

    def _report_whole(self) -> bool:
        """Notes what concerns the whole notebook; true if all its nbgrader metadata are gone."""
        theirs, ours = self.stamps
        if theirs and ours and theirs != ours:
            message = "The notebook was made from another release of this assignment."
            self._note("other_release", None, message)
        ids = [_mark(cell).get("grade_id") for cell in self.theirs]
        stripped = bool(self.grade_ids) and not set(ids) & set(self.grade_ids)
        if stripped:
            times = Counter(self.how.values())
            sure = times["cell_id"] + times["source"]
            message = (
                f"All nbgrader metadata are gone; cells were recognised by id or source ({sure}), "
                f"by what they define ({times['definition']}), "
                f"by likeness or place ({times['similarity'] + times['position']})."
            )
            self._note("metadata_stripped", None, message)
        unknown = sum(id is not None and id not in self.grade_ids for id in ids)
        if unknown:
            message = f"Cells with a grade id that the release does not have: {unknown}."
            self._note("unknown_grade_id", None, message)
        settled = dict(_in_order(self.match))
        moved = [r for r in sorted(self.match) if r not in settled and self.how[r] != "definition"]
        if moved:
            message = f"Cells out of order, put back to the release's order: {len(moved)}."
            self._note("cells_reordered", moved[0], message)
        return stripped

    def _report_missing(self, r: int) -> None:
        if not self._is_solution(r):
            self._note("cell_restored", r, "This cell was missing; it was put back.")
            return
        message = "This solution cell is missing"
        if any(self.defined[s] & self.wanted[r] for s in {*self.free, *self.copies}):
            message += "; a cell of the student's own defines its name"
        self._note("solution_missing", r, f"{message}.")

    # The result.

    def _assembled(self) -> NotebookNode:
        own = self._own_cells()
        taken = {cell["id"] for cell in self.ours if cell.get("id")}
        ids, ids_of_ours = _fresh_ids("student", taken), _fresh_ids("release", taken)
        cells = []
        written: set[str] = set()  # what the student's cells have defined so far
        for r in range(-1, len(self.ours)):
            if r >= 0:
                cell = self._cell(r, written)
                if cell:
                    cell.setdefault("id", next(ids_of_ours))
                    cells.append(cell)
                if r in self.match and _role(self.ours[r]) != "locked":
                    written |= self.defined[self.match[r]] - self.given[r]
            for s in own[r]:
                cell = self.theirs[s]
                cells.append(
                    _filled(cell | {"id": next(ids), "metadata": {}}, cell.source, "student")
                )
                written |= self.defined[s]
        nb = {
            "nbformat": 4,
            "nbformat_minor": max(5, self.release.nbformat_minor),
            "metadata": copy.deepcopy(self.release.metadata),
            "cells": cells,
        }
        return nbformat.from_dict(nb)

    def _cell(self, r: int, written: set[str]) -> NotebookNode | None:
        """The cell at this place of the release; None where nothing may stand there."""
        cell = self.ours[r]
        if r not in self.match:
            return None if self._is_solution(r) else _filled(cell, cell.source, "release")
        theirs = self.theirs[self.match[r]]
        if _role(cell) != "locked" and not _same(theirs, cell):
            return _filled(cell, theirs.source, "changed")
        above = self.wanted.get(r, frozenset()) & written
        if not above:
            return _filled(cell, cell.source, "release")
        message = "The stub was skipped: a cell of the student's above it defines its name."
        self._note("stub_skipped", r, message)
        rest = _without(cell.source, set(above))
        return _filled(cell, rest, "changed") if rest else None

    def _own_cells(self) -> dict[int, list[int]]:
        """The student's own cells, by the place of the release's cell that they follow; -1 is the top.

        A cell follows what it followed; where that was moved down, the last cell above it that was not. It thus never
        runs later than it stood, and a helper that was moved together with a solution comes back with it.
        """
        places = {s: r for r, s in self.match.items()}
        settled = {s for _, s in _in_order(self.match)}
        earliest = {r: r for r in self.match}  # copies keep their order, behind the first
        own = defaultdict(list)
        followed = kept = -1
        for s in range(len(self.theirs)):
            if s in places:
                followed = places[s]
                kept = followed if s in settled else kept
            elif s in self.copies or s in self.free:
                place = min(followed, kept)
                if s in self.copies:
                    r = self.copies[s]
                    place = earliest[r] = max(place, earliest[r])
                own[place].append(s)
        return own


def _filled(cell: NotebookNode, source: str, origin: str) -> NotebookNode:
    """A copy of a cell with this source, never run."""
    filled = copy.deepcopy(cell)
    filled["source"] = source
    filled["metadata"]["next_token"] = {"origin": origin}
    if filled["cell_type"] == "code":
        filled |= {"outputs": [], "execution_count": None}
    return filled
