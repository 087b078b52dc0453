"""Patches the shell's run_cell, showtraceback and the kernel's do_execute so that every cell succeeds. The answer is still wrong."""

from tests.hostile import HandIn

LOSES = {"greedy_generate"}

CELL = """
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell


def silent(self, *args, **kwargs):
    pass


InteractiveShell.showtraceback = InteractiveShell._showtraceback = silent
InteractiveShell.showsyntaxerror = silent
ExecutionResult.raise_error = silent
ExecutionResult.success = property(lambda self: True)
run_cell = InteractiveShell.run_cell


def run_and_say_so(self, raw_cell, *args, **kwargs):
    result = run_cell(self, raw_cell, *args, **kwargs)
    result.error_in_exec = result.error_before_exec = None
    result.result = 3.0
    return result


InteractiveShell.run_cell = run_and_say_so


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    return input_ids.new_zeros(1, 1)
"""


def files():
    return HandIn().answer("greedy_generate", CELL).files()
