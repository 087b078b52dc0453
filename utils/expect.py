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
    raise AssertionError(message)
