"""The models on disk: what is there, how large it is, and how to be rid of it."""

import contextlib
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from utils.artifacts import ARTIFACTS, cache_dir
from utils.memory import format_bytes
from utils.prepare import folder_bytes, only_one

_FOLDER = re.compile(r"(?P<name>.+)-[0-9a-f]{8}")


@dataclass(frozen=True)
class CachedModel:
    """One model on disk.

    size: bytes, of everything that is kept under this name. used: when it was last
    loaded or made, in seconds since 1970. folders: where it lies.
    """

    name: str
    size: int
    used: float
    folders: tuple[Path, ...]


@dataclass(frozen=True)
class CacheReport:
    """What the cache holds, the largest first."""

    folder: Path
    models: tuple[CachedModel, ...]

    @property
    def total(self) -> int:
        """Bytes of all models together."""
        return sum(model.size for model in self.models)

    def __repr__(self) -> str:
        if not self.models:
            return f"no model in {_short(self.folder)}"
        width = max(len(model.name) for model in self.models)
        lines = [
            f"{model.name:{width}}  {format_bytes(model.size):>7}  last used "
            f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(model.used))}"
            for model in self.models
        ]
        total = f"{'total':{width}}  {format_bytes(self.total):>7}  in {_short(self.folder)}"
        return "\n".join([*lines, total])


def cache_report() -> CacheReport:
    """The models that this course keeps on disk; outdated ones and what a stopped
    download left behind count under the name that they belong to."""
    folders: dict[str, list[Path]] = {}
    root = cache_dir() / "models"
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        # What is being made, or was stopped, lies in ".<folder>-download".
        match = _FOLDER.match(folder.name.removeprefix("."))
        if folder.is_dir() and match:
            folders.setdefault(match["name"], []).append(folder)
    models = [
        CachedModel(
            name,
            sum(map(folder_bytes, group)),
            max(map(_last_used, group)),
            tuple(group),
        )
        for name, group in folders.items()
    ]
    models.sort(key=lambda model: -model.size)
    return CacheReport(cache_dir(), tuple(models))


def clear_cache(name: str | None = None) -> int:
    """Delete a model's files, or every model's; return the bytes freed.

    name: as given to `load_model`. Its next load downloads it again. A process that
    has it loaded keeps it: on Linux and macOS the disk is free when that one unloads
    it. A model that another process is just preparing is waited for.

    Raises ValueError for a name that is neither known nor in the cache, OSError when
    a file cannot be deleted.
    """
    models = cache_report().models
    if name is not None:
        present = [model.name for model in models]
        if name not in present and name not in ARTIFACTS:
            here = ", ".join(present) or "nothing"
            raise ValueError(f"No model {name!r} in the cache; there is {here}.")
        models = tuple(model for model in models if model.name == name)
    freed = 0
    for model in models:
        with contextlib.ExitStack() as locks:
            if model.name in ARTIFACTS:
                locks.enter_context(only_one(ARTIFACTS[model.name]))
            for folder in model.folders:
                if folder.exists():  # a leftover may have gone while we waited
                    size = folder_bytes(folder)
                    shutil.rmtree(folder)
                    freed += size
    return freed


def _short(folder: Path) -> str:
    """The path with `~` for the home folder."""
    home = Path.home()
    return str(Path("~") / folder.relative_to(home) if folder.is_relative_to(home) else folder)


def _last_used(folder: Path) -> float:
    """The manifest's time: a load touches it. Of a leftover, the folder's own."""
    manifest = folder / "manifest.json"
    return (manifest if manifest.exists() else folder).stat().st_mtime
