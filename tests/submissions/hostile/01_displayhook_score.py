"""Replaces the display hook so that every cell shows a full score. What a cell shows is no mark: the wrong answer gets 0."""

from tests.hostile import HandIn

LOSES = {"greedy_generate"}

CELL = """
import sys


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    return input_ids


class Score(float):
    def __repr__(self):
        return "3.0"


shown_before = sys.displayhook


def show(value):
    shown_before(Score(3.0))


sys.displayhook = show
get_ipython().display_formatter.formatters["text/plain"].for_type(float, lambda *_: "3.0")
get_ipython().events.register("post_run_cell", lambda result: show(3.0))
3.0
"""


def files():
    return HandIn().answer("greedy_generate", CELL).files()
