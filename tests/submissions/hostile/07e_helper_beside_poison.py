"""One solution cell poisons torch; a later honest answer needs a helper from a cell of the student's own. Only the first one pays."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}

POISON = """
def encode_chat(tokenizer, messages):
    return None


torch.tensor = torch.equal = torch.zeros = None
"""
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
        .answer("encode_chat", POISON)
        .before("next_token_probs", HELPER)
        .answer("left_pad", PAD)
        .files()
    )
