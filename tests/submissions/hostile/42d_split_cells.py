"""Solutions are split over two cells, with a helper above or the function itself below its own cell. Nothing is lost."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

HELPER = """
def padded(row, width, filler):
    return [filler] * (width - len(row)) + row
"""
PAD = """
def left_pad(sequences, pad_token_id):
    width = max(map(len, sequences))
    ids = [padded(row, width, pad_token_id) for row in sequences]
    mask = [padded([1] * len(row), width, 0) for row in sequences]
    return torch.tensor(ids), torch.tensor(mask)
"""


def files():
    return (
        HandIn()
        .before("left_pad", HELPER)
        .answer("left_pad", PAD)
        .answer("infer", "import math  # the function is in the next cell")
        .after("infer", honest("infer"))
        .files()
    )
