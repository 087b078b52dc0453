"""What public checks say when a number is wrong: a sentence, and a picture of yours beside the target."""

from collections.abc import Sequence
from typing import Any


def expect_close(
    yours: Any, target: Any, message: str, labels: Sequence[str] | None = None
) -> None:
    """Return where `yours` is `target`: same shape, values to 1e-4. Else show both, and raise.

    yours, target: numbers in a list, an array or a tensor; labels: names for the entries of the last
    dimension, in the picture. Raises AssertionError with `message`.
    """
    import numpy as np
    from IPython.display import display

    from utils.plotting import compare

    try:
        mine = np.asarray(yours, dtype=float)
    except (TypeError, ValueError, RuntimeError):
        mine = None  # not numbers at all, or with gradients: the picture says so
    right = np.asarray(target, dtype=float)
    if mine is not None and mine.shape == right.shape and np.allclose(mine, right, 1e-4, 1e-4):
        return
    display(compare(yours, target, labels))
    raise AssertionError(f"got None: is there a return? {message}" if yours is None else message)


def expect_literal(name: str, value: Any, cells: Sequence[str]) -> None:
    """Return where the last cell that sets `name` writes its value out, as data and not as a call.

    value: what `name` stands for now. cells: the cells that have run, IPython's `In`. A widget's
    state is not handed in: only what stands in the cell is there when it is marked.
    Raises AssertionError that says what to do, NotImplementedError while it is the stub's None.
    """
    import ast

    if value is None:
        raise NotImplementedError(
            f"exercise {name}: it is still None. Put your answer into its cell, and run that"
        )
    for cell in reversed(cells):
        try:
            statements = ast.parse(cell).body
        except SyntaxError:
            continue
        for statement in reversed(statements):
            if not isinstance(statement, ast.Assign):
                continue
            if name in [t.id for t in statement.targets if isinstance(t, ast.Name)]:
                try:
                    ast.literal_eval(statement.value)
                except ValueError:
                    raise AssertionError(
                        f"{name} is computed in its cell. Write out what it is, as plain text, "
                        "numbers and lists: of your session only the cells are handed in."
                    ) from None
                return
