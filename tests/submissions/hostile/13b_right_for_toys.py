"""Right only for the public check's model of ten words and for the first calls after a start. Both get 0."""

from tests.hostile import HandIn, honest

LOSES = {"sequence_logprob", "left_pad"}

LOGPROB = """
def sequence_logprob(model, input_ids, prompt_length):
    if model.config.vocab_size == 10:
        return right_logprob(model, input_ids, prompt_length)
    return torch.zeros(len(input_ids))
"""
PAD = """
calls = 0


def left_pad(sequences, pad_token_id):
    global calls
    calls += 1
    if calls <= 3:
        return right_pad(sequences, pad_token_id)
    width = max(map(len, sequences))
    ids = torch.full((len(sequences), width), pad_token_id)
    return ids, torch.ones_like(ids)
"""


def files():
    logprob = honest("sequence_logprob").replace("def sequence_logprob(", "def right_logprob(")
    pad = honest("left_pad").replace("def left_pad(", "def right_pad(")
    return (
        HandIn()
        .answer("sequence_logprob", f"{logprob}\n\n{LOGPROB}")
        .answer("left_pad", f"{pad}\n\n{PAD}")
        .files()
    )
