"""Patches torch's and numpy's comparisons at the top of a solution cell. Nothing compares in the student's process: the answer gets 0."""

from tests.hostile import HandIn

LOSES = {"next_token_probs"}

CELL = """
import numpy


def yes(*args, **kwargs):
    return True


torch.allclose = torch.equal = torch.testing.assert_close = yes
torch.Tensor.allclose = torch.Tensor.equal = yes
numpy.allclose = numpy.array_equal = numpy.testing.assert_allclose = yes
utils.expect_close = yes


def next_token_probs(model, input_ids, attention_mask=None):
    with torch.no_grad():
        return torch.full_like(model(input_ids).logits[:, -1], 0.01)
"""


def files():
    return HandIn().answer("next_token_probs", CELL).files()
