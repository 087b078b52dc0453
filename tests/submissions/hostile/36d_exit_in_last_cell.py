"""The last cell ends the process, after everything was judged. It costs no mark."""

from tests.hostile import HandIn

LOSES: set[str] = set()


def files():
    return HandIn().last("import os\n\nos._exit(1)").files()
