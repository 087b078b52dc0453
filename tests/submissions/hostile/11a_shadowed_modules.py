"""Puts fakes into `sys.modules` for the grader's modules and for torch's. No mark comes from them; the wrong answer gets 0."""

from tests.hostile import HandIn

LOSES = {"greedy_generate"}

CELL = """
import sys
import types


class Fake(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: 3.0


for name in (
    "autograde",
    "autograde.marking",
    "autograde.checks",
    "autograde.checks.inference_pipeline",
    "autograde.data",
    "autograde.exercise",
    "autograde.student",
    "torch.testing",
    "utils.toy",
    "nbgrader",
):
    sys.modules[name] = Fake(name)


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    return 3.0
"""


def files():
    return HandIn().answer("greedy_generate", CELL).files()
