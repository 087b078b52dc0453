"""Public checks show the difference, and stop only where there is one."""

import numpy as np
import pytest
import torch

from utils import expect_close


@pytest.fixture
def shown(monkeypatch):
    pictures = []
    monkeypatch.setattr("IPython.display.display", pictures.append)
    return pictures


@pytest.mark.parametrize(
    ("yours", "target"),
    [
        ([1, 2], [1.0, 2.0]),
        (torch.tensor([0.25, 0.75]), [0.25001, 0.75]),
        (np.array([[1, 0]]), torch.tensor([[1, 0]])),
    ],
)
def test_the_same_numbers_pass_in_silence(shown, yours, target):
    expect_close(yours, target, "never said")
    assert shown == []


@pytest.mark.parametrize(
    "yours",
    [[1.0, 2.1], [1.0], [[1.0, 2.0]], None, "ab", torch.tensor([1.0, float("nan")]), [[1], [2, 3]]],
)
def test_anything_else_is_shown_beside_the_target(shown, yours):
    with pytest.raises(AssertionError, match="look at the second"):
        expect_close(yours, [1.0, 2.0], "look at the second", ["a", "b"])
    (picture,) = shown
    assert picture.alt and picture.png.startswith(b"\x89PNG")


def test_gradients_are_no_obstacle(shown):
    yours = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(AssertionError):
        expect_close(yours * 3, [1.0, 2.0], "no")
    assert len(shown) == 1
