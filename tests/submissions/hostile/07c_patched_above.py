"""Patches comparisons in a cell of its own at the very top, and answers two exercises wrongly. They get 0, the rest loses nothing."""

from tests.hostile import HandIn

LOSES = {"sequence_logprob", "next_token_loss"}

TOP = """
import torch
import utils

torch.allclose = torch.equal = torch.testing.assert_close = lambda *a, **k: True
utils.expect_close = lambda *a, **k: None
"""
LOGPROB = """
def sequence_logprob(model, input_ids, prompt_length):
    return torch.zeros(len(input_ids))
"""
LOSS = """
def next_token_loss(logits, labels):
    return torch.tensor(1.0)
"""


def files():
    return (
        HandIn()
        .before("token_table", TOP)
        .answer("sequence_logprob", LOGPROB)
        .answer("next_token_loss", LOSS)
        .files()
    )
