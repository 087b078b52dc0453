"""A solution cell ends the process with status 0. Its own exercise gets 0, and all others are judged in a new kernel."""

from tests.hostile import HandIn, honest

LOSES = {"greedy_generate"}


def files():
    cell = f"{honest('greedy_generate')}\n\n\nimport os\n\nos._exit(0)"
    return HandIn().answer("greedy_generate", cell).files()
