"""Runs one rebuilt notebook in sandboxed kernels and judges each exercise at its test cell.

A kernel that dies or hangs costs the exercise whose cell or call did it: the cells before it run again in a fresh kernel,
without that one, and the others are judged as if nothing had been.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograde.exercise import Finding
from autograde.marking import Verdict, judge
from autograde.needed import Needs, is_test
from autograde.repair import Problem
from autograde.sandbox import KernelDied, Limits, Ran, Sandbox, stopped_output

MAX_KERNELS = 4  # for one notebook; after them its cells run no more: each answer is judged alone

STOPPED = {
    "time": "ran for too long and was stopped",
    "memory": "took more memory than there is and was stopped",
    "notebook": "was stopped: the notebook has used up its time",
    "disk": "wrote where nothing may be written and was stopped",
    "died": "ended the Python process",
}


@dataclass
class Graded:
    """What came of a notebook: its cells with their outputs, and a verdict for each exercise."""

    notebook: NotebookNode
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Assignment:
    """What a session needs to know of a notebook beside its cells.

    exercises: exercise -> points. hidden: test cell -> its source with the hidden tests, where they are plain asserts
    that run in the student's process. files: what the release has beside the notebook.
    """

    exercises: dict[str, float]
    hidden: dict[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


def grade_session(
    nb: NotebookNode,
    assignment: Assignment,
    secret: str,
    limits: Limits,
    isolated: bool = True,
    only: Collection[str] | None = None,
) -> Graded:
    """Run and judge a notebook that `autograde.repair.rebuild` made; only these exercises, if some are named.

    Raises NoSandbox.
    """
    session = _Session(nb, assignment, secret, limits, isolated)
    try:
        session.grade(only)
    finally:
        session.close()
    return session.graded


class _Session:
    def __init__(self, nb, assignment, secret, limits, isolated):
        self.graded = Graded(nb)
        self.cells = nb.cells
        self.assignment = assignment
        self.secret = secret
        self.limits = limits
        self.isolated = isolated
        self.needs = Needs(nb)
        self.needed = self.needs.all()
        self.box: Sandbox | None = None
        self.clean: Sandbox | None = None  # for answers that others' cells disturb
        self.ran: list[int] = []  # cells that the present kernel has run
        self.harmful: dict[int, str] = {}  # cells that are not run again, and what they did
        self.failed: set[int] = set()  # cells that ended in an error
        self.kernels = self.cleans = 0
        self.left = limits.notebook  # seconds of CPU time, of all kernels together

    def close(self, *boxes: Sandbox | None) -> None:
        for box in filter(None, boxes or (self.box, self.clean)):
            self.left -= box.seconds
            box.__exit__(None, None, None)

    def grade(self, only: Collection[str] | None) -> None:
        for index, cell in enumerate(self.cells):
            if is_test(cell):
                self.test(index, only)
            elif index in self.needed:
                self.run(index)

    # ----- kernels

    def kernel(self) -> Sandbox:
        """A living kernel that has run `self.ran`; a fresh one replays them. Raises KernelDied after MAX_KERNELS."""
        while self.box is None or not self.box.alive:
            self.close(self.box)
            self.box = None
            if self.lost or self.left <= 0:
                raise KernelDied
            self.kernels += 1
            self.box = self.fresh()
            again, self.ran = self.ran, []
            for index in again:
                if index not in self.harmful and self._execute(index).stopped:
                    break  # a cell that did no harm the first time; the next kernel leaves it out
        return self.box

    @property
    def lost(self) -> bool:
        """Whether the notebook has ended all the kernels that it gets."""
        return self.kernels >= MAX_KERNELS and not (self.box and self.box.alive)

    def fresh(self) -> Sandbox:
        limits = replace(self.limits, notebook=self.left)
        return Sandbox(limits, list(self.assignment.files), self.isolated)

    def _execute(self, index: int) -> Ran:
        assert self.box is not None
        ran = self.box.run(self.cells[index].source)
        if ran.stopped:
            self.harmful[index] = ran.stopped
        self.ran.append(index)
        return ran

    # ----- cells

    def run(self, index: int) -> None:
        cell = self.cells[index]
        try:
            self.kernel()
            ran = self._execute(index)
            if ran.stopped == "died" and self.kernels < MAX_KERNELS:
                # A thread of an earlier cell may have ended the kernel: only who does it twice did it.
                del self.harmful[index]
                self.kernel()
                if index not in self.harmful:
                    ran = self._rerun(index)
        except KernelDied:
            self.not_run(index)
            return
        cell.outputs = ran.outputs
        cell.execution_count = ran.count
        if any(output.output_type == "error" for output in ran.outputs):
            self.failed.add(index)
        if ran.stopped:
            cell.outputs.append(stopped_output(f"This cell {STOPPED[ran.stopped]}."))
            self.problem(f"cell_{ran.stopped}", index, f"A cell {STOPPED[ran.stopped]}.")

    def not_run(self, index: int) -> None:
        """Say that a cell did not run, because the notebook's time or its kernels are used up."""
        cell = self.cells[index]
        cell.execution_count = None
        if self.left <= 0:
            self.harmful[index] = "notebook"
            cell.outputs = [stopped_output("This cell was not run: the time was used up.")]
            self.problem("cell_notebook", index, f"A cell {STOPPED['notebook']}.")
            return
        cell.outputs = [
            stopped_output(
                "This cell was not run: cells above ended the Python process again and again."
            )
        ]
        if not any(problem.code == "kernel_lost" for problem in self.graded.problems):
            self.problem(
                "kernel_lost",
                index,
                "Cells above ended the Python process again and again: from here on no cell was run, and each exercise "
                "was judged on its own.",
            )

    def _rerun(self, index: int) -> Ran:
        """The cell once more, if the kernel has not run it while it replayed."""
        if index in self.ran:
            self.ran.remove(index)
        return self._execute(index)

    # ----- tests

    def test(self, index: int, only: Collection[str] | None) -> None:
        test_id = self.cells[index].metadata["nbgrader"]["grade_id"]
        if test_id in self.assignment.hidden:
            self.run_plain_test(index)
            return
        name = test_id.removeprefix("test_")
        if only is not None and name not in only:
            return
        verdict = self.judge(name, self.kernel)
        if not verdict.passed and self.left > 0 and self.disturbed(name):
            alone = self.judge_alone(name, index)
            verdict = alone if alone.passed or self.lost else verdict
        self.say_why(verdict, index)
        self.graded.verdicts[name] = verdict
        # Not in results.json, which is the same for the same hand-in.
        self.cells[index].metadata["next_token"]["seconds"] = round(verdict.seconds, 3)

    def disturbed(self, name: str) -> bool:
        """Whether cells of other exercises may be why this one fails."""
        own = {i for i in self.needed if self.grade_id(i) == name}
        died = {i for i, why in self.harmful.items() if why == "died"}
        if self.kernels >= MAX_KERNELS // 2 or own & (self.failed | died):
            return True
        others = self.needs.written - own
        return any(map(self.needs.may_disturb, others))

    def judge(
        self, name: str, kernel: Callable[[], Sandbox], sources: Sequence[str] = ()
    ) -> Verdict:
        for _ in range(2):
            try:
                with kernel().student() as student:
                    student.run(sources, self.limits.cell)
                    verdict = judge(name, student, self.secret)
                if not student.stalled:  # a busy machine, perhaps: one quiet retry
                    return verdict
            except KernelDied:
                points = float(self.assignment.exercises[name])
                verdict = Verdict(name, 0.0, points, [self.why_dead()])
        return verdict

    def why_dead(self) -> Finding:
        if self.left <= 0 or (self.box and self.box.why_killed == "notebook"):
            return Finding("out_of_time", "the notebook had used up its time before this exercise.")
        return Finding(
            "crashed", "the notebook's process did not live to answer. Does a cell above end it?"
        )

    def judge_alone(self, name: str, test: int) -> Verdict:
        """The verdict where nothing has run but what this answer needs: nobody else's harm."""
        above = {i for i in self.needs.written if i < test}
        # A death may have been put down to the wrong cell: here each answer's own has another chance, in a fork.
        own = {i for i in above if self.grade_id(i) == name and self.harmful.get(i) != "time"}
        others = {
            i
            for i in above - set(self.harmful)
            if self.grade_id(i) not in self.assignment.exercises
        }
        sources = [self.cells[i].source for i in self.needs.for_answer(own, others) if i < test]
        return self.judge(name, self.clean_kernel, sources)

    def clean_kernel(self) -> Sandbox:
        """A kernel that runs cells in its forks only. Raises KernelDied after MAX_KERNELS."""
        if self.clean is None or not self.clean.alive:
            if self.cleans >= MAX_KERNELS:
                raise KernelDied
            self.close(self.clean)
            self.cleans += 1
            self.clean = self.fresh()
        return self.clean

    def grade_id(self, index: int) -> str | None:
        return self.cells[index].metadata.get("nbgrader", {}).get("grade_id")

    def say_why(self, verdict: Verdict, test: int) -> None:
        """Where the exercise's own cell was stopped, this is the finding, not that its name is missing."""
        for index, why in self.harmful.items():
            if self.grade_id(index) == verdict.name and index < test and not verdict.passed:
                id = {"time": "timed_out", "memory": "out_of_memory"}.get(why, "crashed")
                verdict.findings = [Finding(id, f"the cell of {verdict.name} {STOPPED[why]}.")]

    def run_plain_test(self, index: int) -> None:
        """Hidden asserts in the student's process, as stock nbgrader runs them."""
        cell = self.cells[index]
        shown = cell.source
        cell.source = self.assignment.hidden.get(cell.metadata["nbgrader"]["grade_id"], shown)
        self.run(index)
        if index in self.harmful:
            # Stock nbgrader takes a test without outputs for one that was passed.
            cell.outputs.append(new_output("error", ename="Stopped", evalue="", traceback=[]))

    def problem(self, code: str, index: int, message: str) -> None:
        cell = self.cells[index]
        id = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.id
        self.graded.problems.append(Problem(code, id, message))


def verdict_outputs(findings: list[Finding], score: float) -> list[NotebookNode]:
    """What stands below a test cell: the findings in words, then the score as nbgrader reads it."""
    said = "".join(f"{finding.message} [{finding.id}]\n" for finding in findings)
    outputs = [new_output("stream", name="stdout", text=said)] if said else []
    return [*outputs, new_output("execute_result", data={"text/plain": repr(float(score))})]
