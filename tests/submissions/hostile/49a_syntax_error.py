"""A syntax error in one solution cell. Exactly this exercise gets 0."""

from tests.hostile import HandIn, honest

LOSES = {"next_token_probs"}


def files():
    cell = honest("next_token_probs").replace("model.eval()", "model.eval(")
    return HandIn().answer("next_token_probs", cell).files()
