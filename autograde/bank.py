"""The bank in tests/submissions/: for every exercise, answers known to be right or wrong, one file each.

A file is what a student has in the solution cell. Its first line says `# right: <style>` or `# wrong: <finding id>`.
"""

from dataclasses import dataclass
from pathlib import Path

from autograde.marking import FIXED_SECRET, InProcess, Verdict, judge
from autograde.syllabus import ROOT, Notebook

SUBMISSIONS = ROOT / "tests" / "submissions"


@dataclass(frozen=True)
class Answer:
    exercise: str
    path: Path
    finding: str | None  # None: the answer is right

    @property
    def name(self) -> str:
        return f"{self.exercise}/{self.path.stem}"

    def judged(self, secret: str = FIXED_SECRET) -> Verdict:
        """The verdict on this answer alone, judged in this process."""
        namespace = {"__name__": "__main__"}
        source = self.path.read_text(encoding="utf-8")
        exec(compile(source, f"<{self.name}>", "exec"), namespace)
        return judge(self.exercise, InProcess(namespace), secret)


def answers(notebook: Notebook) -> list[Answer]:
    """Every answer in the bank of a notebook, in order. Raises ValueError for a file without its first line."""
    found = []
    for exercise in notebook.points:
        for path in sorted((SUBMISSIONS / notebook.folder / exercise).glob("*.py")):
            kind, _, text = path.read_text(encoding="utf-8").partition("\n")[0].partition(": ")
            if kind not in ("# right", "# wrong") or not text:
                raise ValueError(
                    f"{path}: the first line must be `# right: <style>` or `# wrong: <finding>`"
                )
            finding = text.strip() if kind == "# wrong" else None
            found.append(Answer(exercise, path, finding))
    return found
