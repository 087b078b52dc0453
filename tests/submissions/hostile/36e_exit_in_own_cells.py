"""Cells of the student's own end the process, the kernel and the cell in every way there is. No exercise lives there: nothing is lost."""

from tests.hostile import HandIn

LOSES: set[str] = set()


def files():
    return (
        HandIn()
        .before("token_table", "exit()")
        .before("encode_chat", "import sys\n\nsys.exit(3)")
        .before("next_token_probs", "raise KeyboardInterrupt")
        .before("greedy_generate", "get_ipython().run_line_magic('reset', '-f')\nimport torch")
        .before("left_pad", "import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)")
        .before("infer", "import ctypes\n\nctypes.string_at(0)")
        .files()
    )
