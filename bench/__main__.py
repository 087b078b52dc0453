"""The benchmarks: `python -m bench NAME`, from a clone of the repository.

Exit codes: 0 done, 1 a target missed, 2 wrong usage or a refusal.
"""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from autograde.syllabus import UnknownNotebook, syllabus

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Measure this project against what one would otherwise use.",
)
out = Console(highlight=False, soft_wrap=True)
out.width = max(out.width, 110)  # tables whole in a log too
Json = Annotated[Path | None, typer.Option("--json", help="Write every figure to this file.")]


def _refuse(message: object) -> typer.Exit:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"bench: {message}", markup=False)
    return typer.Exit(2)


def _write(path: Path | None, data: dict) -> None:
    if path:
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
        out.print(str(path), markup=False)


@app.command()
def loading(
    json_file: Json = None,
    rounds: Annotated[int, typer.Option(min=1, help="Measured rounds, about a minute each.")] = 3,
) -> None:
    """The cached load of the default model against transformers' from its GGUF file."""
    from bench.loading import Differs, measure
    from bench.machine import facts
    from utils.artifacts import ModelUnavailable

    try:
        with out.status("preparing") as status:
            result = measure(rounds, status.update)
    except ModelUnavailable as error:
        raise _refuse(error) from None
    except Differs as error:
        out.print(str(error), markup=False)
        raise typer.Exit(1) from None
    table = Table("load", "median", box=None)
    for variant, seconds in result["medians"].items():
        table.add_row(variant, f"{seconds:.2f} s")
    out.print(table)
    out.print(f"{result['ratio']:.1f} times as fast, in float32, tokenizer included")
    _write(json_file, result | {"rounds": rounds, "machine": facts()})


@app.command()
def decoding(
    json_file: Json = None,
    prompts: Annotated[int, typer.Option(min=1, help="Held-out prompts of each kind.")] = 3,
    tokens: Annotated[int, typer.Option(min=1, help="New tokens a text.")] = 64,
) -> None:
    """The course's cached greedy loop against transformers' `generate`: the same ids, tokens per second."""
    from bench.decoding import Differs, decoding
    from bench.machine import facts

    try:
        with out.status("preparing") as status:
            result = decoding(prompts, tokens, status.update)
    except Differs as error:
        out.print(str(error), markup=False)
        raise typer.Exit(1) from None
    table = Table("dtype", "ours", "transformers", "ratio", box=None)
    for dtype, found in result["medians"].items():
        ratio = f"{result['ratios'][dtype]:.2f}"
        table.add_row(dtype, f"{found['ours']:.1f}", f"{found['peer']:.1f}", ratio)
    out.print(table)
    out.print("tokens per second, medians over prompts")
    _write(json_file, result | {"prompts": prompts, "tokens": tokens, "machine": facts()})


@app.command()
def speculative(
    json_file: Json = None,
    prompts: Annotated[int, typer.Option(min=1, help="Held-out prompts of each kind.")] = 3,
    tokens: Annotated[int, typer.Option(min=1, help="New tokens a text.")] = 64,
    same: Annotated[int, typer.Option(min=0, help="Prompts whose greedy ids are compared.")] = 200,
) -> None:
    """Speculative decoding by the course against its cached loop and transformers' assisted generation."""
    from bench.decoding import Differs, speculative
    from bench.machine import facts

    try:
        with out.status("preparing") as status:
            result = speculative(prompts, tokens, same, status.update)
    except Differs as error:
        out.print(str(error), markup=False)
        raise typer.Exit(1) from None
    columns = ("tokens/s", "speed-up", "γ", "tokens/pass", "α", "cost", "predicted")
    table = Table("dtype", "T", "kind", "loop", *columns, box=None)
    rows = result["rows"]
    for row in rows:
        if row["dtype"] == "default" and row | {"dtype": "float32"} in rows:
            continue  # the default is float32 on this machine
        cells = [row["dtype"], str(row["temperature"]), row["kind"], row["loop"]]
        cells += [f"{row['rate']:.1f}", f"{row['speedup']:.2f}"]
        if "gamma" in row:
            cells.append(str(row["gamma"]))
            cells += [f"{row[name]:.2f}" for name in ("per_pass", "alpha", "cost", "predicted")]
        table.add_row(*cells)
    out.print(table)
    out.print(f"greedy ids in float32 the same on {result['identical']} prompts")
    out.print(f"p-value of the joint law of three tokens: {result['law_p_value']:.2f}")
    _write(json_file, result | {"prompts": prompts, "tokens": tokens, "machine": facts()})


@app.command()
def grading(
    json_file: Json = None,
    students: Annotated[int, typer.Option(min=1, help="Submissions of the class.")] = 20,
    rounds: Annotated[int, typer.Option(min=1, help="Of stock nbgrader and ours in turn.")] = 1,
    alone: Annotated[
        list[int] | None, typer.Option(help="Classes that ours grades alone; 10, 40 and 160.")
    ] = None,
) -> None:
    """A class graded by stock `nbgrader autograde` and by `autograde grade`, marks compared one by one."""
    from bench.grading import Differs, measure
    from bench.machine import facts

    sizes = (10, 40, 160) if alone is None else tuple(size for size in alone if size)
    try:
        with out.status("preparing") as status:
            result = measure(students, rounds, sizes, status.update)
    except Differs as error:
        out.print(str(error), markup=False)
        raise typer.Exit(1) from None
    table = Table("who", "submissions", "seconds", "each", "peak memory", box=None)
    for who, run in [(w, r) for w, runs in result["runs"].items() for r in runs] + [
        ("ours alone", run) for run in result["alone"]
    ]:
        count, seconds = run.get("submissions", students), run["seconds"]
        memory = f"{run['peak_memory'] / 1e9:.1f} GB"
        table.add_row(who, str(count), f"{seconds:.1f}", f"{seconds / count:.2f}", memory)
    out.print(table)
    for run in result["alone"]:
        grown = ", ".join(f"{kind} {times:.2f}" for kind, times in run["growth"].items())
        out.print(f"{run['submissions']} alone, last quarter over the second: {grown}")
    out.print(f"{result['ratio']:.1f} times the throughput of stock nbgrader, with the same marks")
    _write(json_file, result | {"machine": facts()})


@app.command()
def marking(
    notebooks: Annotated[
        list[str] | None, typer.Argument(help="Folder names or paths; without one, all.")
    ] = None,
    json_file: Json = None,
    seeds: Annotated[int, typer.Option(min=0, help="Other secrets for right answers.")] = 200,
    mutants: Annotated[bool, typer.Option(help="Plant faults in the solutions too.")] = True,
) -> None:
    """Judge the bank of known answers, and faults planted in the reference solutions."""
    from autograde.bank import answers, imports, solutions
    from bench.machine import facts
    from bench.marking import Marks, equivalent, measure
    from bench.workers import Workers

    try:
        chosen = syllabus().select(notebooks or [])
    except UnknownNotebook as error:
        raise _refuse(error) from None
    start = time.perf_counter()
    marks: dict[str, Marks] = {}
    todo = [(notebook, name) for notebook in chosen for name in notebook.exercises]
    with Workers() as workers:
        for notebook, name in track(todo, "judging", console=out, transient=True):
            marks[name] = measure(
                name,
                f"{imports(notebook)}\n{solutions(notebook)[name]}",
                [answer for answer in answers(notebook) if answer.exercise == name],
                workers,
                seeds=seeds,
                allowed=equivalent(name) if mutants else None,
            )
    total = sum(marks.values(), Marks())
    out.print(_table(marks | {"total": total}))
    for record in total.details:
        _show(record)
    _write(
        json_file,
        {
            "notebooks": [notebook.folder for notebook in chosen],
            "seeds": seeds,
            "missed": total.missed,
            "total": {k: v for k, v in asdict(total).items() if k != "details"},
            "exercises": {name: asdict(figures) for name, figures in marks.items()},
            "seconds": time.perf_counter() - start,
            "machine": facts(),
        },
    )
    out.print(f"missed: {', '.join(total.missed)}" if total.missed else "every target is met")
    raise typer.Exit(1 if total.missed else 0)


def _table(marks: dict) -> Table:
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        caption_justify="left",
        caption="same: equivalent mutants; with other secrets, right answers fail, wrong ones pass",
    )
    table.add_column("exercise", no_wrap=True)
    for column in ("accepted", "rejected", "named", "killed", "same", "fail", "pass"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, m in marks.items():
        table.add_row(
            name,
            f"{m.accepted}/{m.right}",
            f"{m.rejected}/{m.wrong}",
            f"{m.named}/{m.wrong}",
            f"{m.killed}/{m.mutants}",
            str(m.equivalent),
            f"{m.seed_failures}/{m.seed_runs}",
            str(m.seed_passes),
            style="bold" if name == "total" else "",
        )
    return table


def _show(record: dict[str, str]) -> None:
    secret = f", secret {record['secret']}" if "secret" in record else ""
    out.print(f"\n[bold]{record['kind']}[/]: {record['answer']}{secret}")
    if "expected" in record:
        out.print(f"  expected: {record['expected']}")
    if "got" in record:
        out.print(f"  got: {escape(record['got'])}")
    if "mutant" in record:
        out.print(f"  mutant = {json.dumps(record['mutant'])}", markup=False)
    if "diff" in record:
        out.print(record["diff"], markup=False)


if __name__ == "__main__":
    app()
