"""What a learner has passed, kept for `python3 course.py progress`: notebook -> exercises, in one small file in work/."""

import json
from pathlib import Path

from filelock import FileLock

from autograde import syllabus
from autograde.syllabus import Notebook

FILE = ".progress.json"


class NotRemembered(OSError):
    """The file is damaged and was left as it is. The message says what to do."""


def remember(path: Path, notebook: Notebook, passed: list[str]) -> None:
    """Add what the notebook at `path` passed; an exercise that was passed once stays so.

    Only for notebooks in work/: those are the learner's own. Raises NotRemembered, and OSError where work/ cannot be
    written.
    """
    work = syllabus.ROOT / "work"
    if not path.resolve().is_relative_to(work.resolve()):
        return
    file = work / FILE
    with FileLock(f"{file}.lock"):  # two notebooks may be checked at once
        known = _read(file)
        before = known.get(notebook.folder, [])
        known[notebook.folder] = before + [name for name in passed if name not in before]
        part = file.with_name(f"{FILE}.part")
        part.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
        part.replace(file)  # whole or not at all


def _read(file: Path) -> dict[str, list[str]]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        if all(isinstance(names, list) for names in known.values()):
            return known
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        pass
    raise NotRemembered(
        f"This was not remembered, as the memory of what you passed is damaged: mend {file}, or move it away to begin anew."
    )
