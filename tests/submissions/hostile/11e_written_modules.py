"""A solution cell writes `torch.py` and `utils.py` into its working folder, for kernels that start later. The other answers keep theirs."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}

CELL = """
import atexit
import os


def remove(path):
    if os.path.exists(path):
        os.remove(path)


written = []
for name in ("torch.py", "utils.py", "transformers.py", "sitecustomize.py"):
    path = os.path.abspath(name)
    try:
        with open(path, "x") as file:
            # It bites once, and is gone.
            file.write("import os\\nos.remove(__file__)\\nraise SystemExit('a local file')")
        atexit.register(remove, path)
        written.append(path)
    except OSError:
        pass


def encode_chat(tokenizer, messages):
    import torch

    return torch.zeros(1, 1)
"""


def files():
    return (
        HandIn().answer("encode_chat", CELL).last("for path in written:\n    remove(path)").files()
    )
