"""Verdicts kept by content, so that a run that was stopped goes on where it was, and nothing is judged twice."""

import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode


class Verdicts:
    """A folder with a file for each submission that was judged, named by the key of its job.

    A file holds the judged notebook until `saved` says that gradebook and folders have it.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, key: str) -> tuple[dict, NotebookNode | None] | None:
        """The verdict of an equal job: the result, and the notebook if it is not saved yet."""
        try:
            kept = json.loads(self._path(key).read_text("utf-8"))
            nb = kept["notebook"]
            return kept["result"], nb and nbformat.from_dict(nb)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, result: dict, nb: NotebookNode) -> None:
        self._write(key, {"result": result, "notebook": nb})

    def saved(self, key: str, result: dict) -> None:
        self._write(key, {"result": result, "notebook": None})

    def forget_others(self, keys: set[str]) -> None:
        """Drop the verdicts of submissions and checks that are no more."""
        for path in self.folder.glob("*.json"):
            if path.stem not in keys:
                path.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _write(self, key: str, what: dict[str, Any]) -> None:
        path = self._path(key)
        temporary = path.with_suffix(".part")
        temporary.write_text(json.dumps(what, ensure_ascii=False), encoding="utf-8")
        temporary.replace(path)
