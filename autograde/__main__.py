"""The command line: `python -m autograde COMMAND`, also installed as `autograde`.

Exit codes: 0 done, 1 a finding or something stale, 2 wrong usage or a refusal.
"""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from autograde.syllabus import ROOT, BadSyllabus, Notebook, UnknownNotebook, syllabus


class Walls(StrEnum):
    """Where the students' code runs. `auto` and `bwrap` are bubblewrap or a refusal."""

    auto = "auto"
    bwrap = "bwrap"
    none = "none"


class Lms(StrEnum):
    """How a download names its students. `plain`: a folder or a file for each."""

    canvas = "canvas"
    moodle = "moodle"
    plain = "plain"


class Format(StrEnum):
    """What the marks are written for."""

    canvas = "canvas"
    moodle = "moodle"
    csv = "csv"


app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Build, release, check and mark the notebooks of the course.",
)
out = Console(highlight=False, soft_wrap=True)
Notebooks = Annotated[
    list[str] | None, typer.Argument(help="Folder names or paths; without one, all.")
]
Graded = Annotated[
    list[str] | None,
    typer.Argument(help="Folder names or paths; without one, all that were graded."),
]


def _refuse(message: object) -> typer.Exit:
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        f"autograde: {message}", markup=False
    )
    return typer.Exit(2)


def _select(names: list[str] | None) -> list[Notebook]:
    try:
        return syllabus().select(names or [])
    except UnknownNotebook as error:
        raise _refuse(error) from None


def _report(problems: list[str], good: str) -> None:
    for problem in problems:
        out.print(problem.replace(f"{ROOT}{os.sep}", ""), markup=False)
    if problems:
        raise typer.Exit(1)
    out.print(good)


@app.command()
def build(
    notebooks: Notebooks = None,
    execute: Annotated[bool, typer.Option(help="Run them, and keep the outputs.")] = False,
    check: Annotated[
        bool, typer.Option(help="Write nothing; fail if anything committed is stale.")
    ] = False,
) -> None:
    """Build the walkthroughs in solutions/ from their .py sources."""
    from autograde import build as builder

    chosen = _select(notebooks)
    if check:
        problems = [problem for notebook in chosen for problem in builder.stale(notebook)]
        return _report(problems, f"up to date: {len(chosen)} notebook(s)")
    for notebook in chosen:
        if execute:
            out.print(f"running {notebook.folder} …")
        try:
            out.print(str(builder.build(notebook, execute)))
        except builder.CellFailed as error:
            out.print(str(error), markup=False)
            raise typer.Exit(1) from None


@app.command()
def release(
    notebooks: Notebooks = None,
    bundle: Annotated[
        Path | None,
        typer.Option(
            help="Also pack what a class gets: the notebooks, utils as a wheel, how to start."
        ),
    ] = None,
) -> None:
    """Generate the students' notebooks in course/, with nbgrader's generate_assignment."""
    from autograde.bundle import CannotBuild
    from autograde.bundle import bundle as pack
    from autograde.release import release as make

    chosen = _select(notebooks)
    for notebook in chosen:
        out.print(str(make(notebook)))
    if bundle is not None:
        try:
            pack(chosen, bundle)
        except CannotBuild as error:
            raise _refuse(error) from None
        out.print(str(bundle), markup=False)


@app.command()
def lint(notebooks: Notebooks = None) -> None:
    """Check the rules for notebooks that a program can check."""
    from autograde.lint import lint as problems_of

    chosen = _select(notebooks)
    problems = [problem for notebook in chosen for problem in problems_of(notebook)]
    _report(problems, f"no problems: {len(chosen)} notebook(s)")


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="Your notebook, a file.")],
) -> None:
    """Mark your own notebook with the hidden checks. The file is not changed.

    What a notebook in work/ has passed is remembered: `python3 course.py progress` shows it.
    """
    from autograde.check import UnreadableNotebook
    from autograde.check import check as verdicts_on
    from autograde.progress import remember

    try:
        with Progress(console=out, transient=True) as bar:
            task = bar.add_task(f"running {notebook.name}", total=None)
            verdicts = verdicts_on(
                notebook,
                lambda done, total: bar.update(task, completed=done, total=total),
            )
    except (UnknownNotebook, UnreadableNotebook) as error:
        raise _refuse(error) from None
    for verdict in verdicts:
        sign = "[green]passed[/]" if verdict.passed else "[red]not yet[/]"
        out.print(f"{sign}  {verdict.score:g}/{verdict.max:g}  [bold]{verdict.name}[/]")
        for finding in verdict.findings:
            out.print(f"         {finding.message} ({finding.id})", markup=False)
        for remark in verdict.remarks:
            out.print(f"         note: {remark.message} ({remark.id})", markup=False)
        if verdict.problem:
            out.print(f"         could not be judged: {verdict.problem}", markup=False)
    ours = syllabus().notebook(notebook)
    try:
        remember(notebook, ours, [verdict.name for verdict in verdicts if verdict.passed])
    except OSError as error:  # the marks stand all the same
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
    bonus = ours.bonus
    score = sum(verdict.score for verdict in verdicts if verdict.name not in bonus)
    extra = sum(verdict.score for verdict in verdicts if verdict.name in bonus)
    total = sum(ours.points.values())
    out.print(f"{score:g} of {total:g} points" + (f", {extra:g} bonus" if bonus else ""))
    raise typer.Exit(0 if score == total else 1)


@app.command()
def collect(
    source: Annotated[
        Path, typer.Argument(metavar="ARCHIVE_OR_DIR", help="A download, a zip or unpacked.")
    ],
    notebook: Annotated[str, typer.Option(help="Folder name or path.")],
    lms: Annotated[Lms, typer.Option(help="How the download names its students.")],
    roster: Annotated[
        Path | None,
        typer.Option(
            help="A CSV: Canvas' gradebook, Moodle's grading worksheet or participants, or any with a header."
        ),
    ] = None,
    submissions: Annotated[
        Path, typer.Option(help="Gets <student>/<notebook>/ and roster.json.")
    ] = Path("submitted"),
) -> None:
    """Unpack what students have handed in, safely, under the ids of the LMS."""
    from autograde import collect as collector
    from autograde.roster import BadRoster

    ours: Notebook | None = None
    try:
        ours = syllabus().notebook(notebook)
    except UnknownNotebook as error:  # an instructor's own, as `grade` takes it
        if not Path(notebook).with_suffix(".ipynb").is_file():
            raise _refuse(error) from None
    name = ours.folder if ours else Path(notebook).stem
    try:
        with Progress(console=out, transient=True) as bar:
            task = bar.add_task(f"collecting {name}", total=None)
            done = collector.collect(
                source, name, lms, submissions, roster, ours, lambda student: bar.advance(task)
            )
    except (collector.Refusal, BadRoster) as error:
        raise _refuse(error) from None
    for line in done.lines:
        out.print(line, markup=False)
    out.print(done.summary, markup=False)
    out.print(str(submissions), markup=False)


@app.command()
def grade(
    notebook: Annotated[str, typer.Argument(help="Folder name or path.")],
    submissions: Annotated[
        Path, typer.Option(help="Holds <student>/<notebook>/<notebook>.ipynb.")
    ] = Path("submitted"),
    output: Annotated[Path, typer.Option(help="Where results and gradebook go.")] = Path("."),
    student: Annotated[list[str] | None, typer.Option(help="Only this student.")] = None,
    exercise: Annotated[list[str] | None, typer.Option(help="Only this exercise.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; without it, what cores and memory allow.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A dask scheduler, such as tcp://host:8786, to grade there.")
    ] = None,
    sandbox: Annotated[Walls, typer.Option(help="auto: bubblewrap, or a refusal.")] = Walls.auto,
) -> None:
    """Grade a class: results.json, nbgrader's gradebook, the judged notebooks.

    A run that was stopped goes on where it was. What was judged before is judged again only where the hand-in, the
    checks or the packages have changed, or where --student or --exercise asks for it.
    """
    from autograde import pool

    workers = workers or pool.fitting()
    if workers > 1 and scheduler is None:
        pool.preload("autograde.submission")
    from autograde import grade as grader
    from autograde.sandbox import NoSandbox, require_sandbox
    from autograde.submission import find_task

    kept = 0

    def tell(name: str, result: dict, as_before: bool) -> None:
        nonlocal kept
        bar.advance(task)
        kept += as_before
        if as_before:
            return
        bonus = f" + {result['bonus']:g}" if result["bonus"] else ""
        said = f"{result['score']:g}/{result['max_score']:g}{bonus}  {result['seconds']:.1f} s"
        bar.console.print(f"{name}  {result['status']}  {said}", markup=False)

    try:
        require_sandbox(sandbox is not Walls.none)
        chosen = find_task(notebook)
        folders, _ = grader.hand_ins(submissions, chosen.name) if submissions.is_dir() else ({}, [])
        with Progress(console=out, transient=True) as bar:
            task = bar.add_task(f"grading {chosen.name}", total=len(student or folders))
            changes = grader.grade(
                chosen,
                submissions,
                output,
                students=set(student) if student else None,
                exercises=set(exercise) if exercise else None,
                isolated=sandbox is not Walls.none,
                workers=workers,
                scheduler=scheduler,
                on_student=tell,
            ).changes()
    except (grader.Refusal, NoSandbox) as error:
        raise _refuse(error) from None
    if kept:
        out.print(f"{kept} judged before: nothing of theirs has changed", markup=False)
    for line in changes:
        out.print(line, markup=False)
    out.print(str(output / "results.json"), markup=False)


@app.command()
def export(
    notebooks: Graded = None,
    format: Annotated[Format, typer.Option(help="What the marks are written for.")] = Format.csv,
    output: Annotated[Path, typer.Option(help="The folder that `grade` wrote.")] = Path("."),
) -> None:
    """Write the class's marks, hand-graded ones, bonus and late penalties included, to export/<format>.csv."""
    from autograde import export as exporter
    from autograde.marks import NothingGraded

    try:
        path, lines = exporter.export(notebooks or [], format, output)
    except (exporter.Refusal, NothingGraded) as error:
        raise _refuse(error) from None
    for line in lines:
        out.print(line, markup=False)
    out.print(str(path), markup=False)


@app.command()
def feedback(
    notebooks: Graded = None,
    output: Annotated[Path, typer.Option(help="The folder that `grade` wrote.")] = Path("."),
) -> None:
    """Write a page for each student: feedback/<student>/<notebook>.html."""
    from autograde.feedback import write_feedback
    from autograde.marks import NothingGraded

    try:
        with Progress(console=out, transient=True) as bar:
            task = bar.add_task("writing feedback", total=None)
            folder = write_feedback(output, notebooks or [], lambda page: bar.advance(task))
    except NothingGraded as error:
        raise _refuse(error) from None
    out.print(str(folder), markup=False)


@app.command()
def report(
    notebooks: Graded = None,
    output: Annotated[Path, typer.Option(help="The folder that `grade` wrote.")] = Path("."),
) -> None:
    """Write report/index.html: the class, for the instructor."""
    from autograde.marks import NothingGraded
    from autograde.report import write_report

    try:
        page = write_report(output, notebooks or [])
    except NothingGraded as error:
        raise _refuse(error) from None
    out.print(str(page), markup=False)


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Gets everything that is written.")] = Path("demo"),
    open_: Annotated[bool, typer.Option("--open", help="Open the report in the browser.")] = False,
) -> None:
    """Take a class of synthetic students through the whole round. Needs a clone; some minutes."""
    import webbrowser

    from autograde.demo import play
    from autograde.sandbox import NoSandbox, require_sandbox
    from autograde.submission import Refusal

    try:
        require_sandbox()
        page = play(output, lambda line: out.print(line, markup=False))
    except (Refusal, NoSandbox) as error:
        raise _refuse(error) from None
    if open_:
        webbrowser.open(page.resolve().as_uri())
    out.print(str(page), markup=False)


def main() -> None:
    # The kernel of this environment, not one of the same name that a user once installed.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    try:
        app()
    except BadSyllabus as error:
        sys.exit(_refuse(error).exit_code)


if __name__ == "__main__":
    main()
