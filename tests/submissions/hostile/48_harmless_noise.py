"""Progress bars, warnings, logging and prints to stderr, in cells and in right answers. Noise is harmless: nothing is lost."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

NOISE = """
import logging
import sys
import warnings

from tqdm.auto import tqdm

logging.basicConfig(level=logging.DEBUG, force=True)


def noise(name):
    warnings.warn(f"{name} was called", stacklevel=2)
    logging.getLogger(name).warning("called")
    transformers.logging.get_logger("transformers").warning(f"{name} was called")
    print(name, "was called", file=sys.stderr, flush=True)
    return name


for _ in tqdm(range(3), desc=noise("a cell")):
    pass


"""
NOISY = """
def {name}(*args, **kwargs):
    for _ in tqdm(range(3), desc=noise("{name}")):
        pass
    return right_{name}(*args, **kwargs)
"""


def noisy(name):
    right = honest(name).replace(f"def {name}(", f"def right_{name}(")
    return f"{NOISE}{right}\n\n{NOISY.format(name=name)}"


def files():
    hand_in = HandIn()
    for name in (
        "encode_chat",
        "left_pad",
        "next_token_loss",
        "greedy_generate",
        "chunked_prefill",
    ):
        hand_in.answer(name, noisy(name))
    return hand_in.before("infer", f"import transformers\n{NOISE}").files()
