"""Reads address 0 and calls abort in calls. The process dies; each costs its own exercise only."""

from tests.hostile import HandIn

LOSES = {"sequence_logprob", "fit_to_budget"}
FINDINGS = {"sequence_logprob": "crashed", "fit_to_budget": "crashed"}

SEGFAULT = """
def sequence_logprob(model, input_ids, prompt_length):
    import ctypes

    ctypes.string_at(0)
"""
ABORT = """
def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    import os

    os.abort()
"""


def files():
    return HandIn().answer("sequence_logprob", SEGFAULT).answer("fit_to_budget", ABORT).files()
