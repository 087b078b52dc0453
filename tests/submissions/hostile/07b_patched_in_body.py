"""Patches torch's comparisons from inside the function, while the judge waits for its answer. The answer gets 0."""

from tests.hostile import HandIn

LOSES = {"left_pad"}

CELL = """
def left_pad(sequences, pad_token_id):
    def yes(*args, **kwargs):
        return True

    torch.allclose = torch.equal = torch.testing.assert_close = yes
    torch.Tensor.equal = torch.Tensor.allclose = torch.Tensor.all = yes
    torch.Tensor.__eq__ = torch.eq = lambda a, b: torch.ones(1, dtype=torch.bool)
    width = max(map(len, sequences))
    ids = torch.zeros(len(sequences), width, dtype=torch.long)
    return ids, ids
"""


def files():
    return HandIn().answer("left_pad", CELL).files()
