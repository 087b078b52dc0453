"""Changes its arguments so that the wrong result would be right for them. The judge keeps its own copies: 0."""

from tests.hostile import HandIn

LOSES = {"left_pad", "next_token_loss", "sequence_logprob", "fit_to_budget"}
FINDINGS = {
    "left_pad": "input_changed",
    "next_token_loss": "input_changed",
    "sequence_logprob": "input_changed",
    "fit_to_budget": "input_changed",
}

PAD = """
def left_pad(sequences, pad_token_id):
    sequences[:] = [[pad_token_id]]
    return torch.tensor([[pad_token_id]]), torch.tensor([[1]])
"""
LOSS = """
def next_token_loss(logits, labels):
    logits.zero_()
    return torch.tensor(float(logits.shape[-1])).log()
"""
LOGPROB = """
def sequence_logprob(model, input_ids, prompt_length):
    input_ids.resize_(len(input_ids), prompt_length)
    return torch.zeros(len(input_ids))
"""
FIT = """
def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    del messages[:-1]
    return messages
"""


def files():
    return (
        HandIn()
        .answer("left_pad", PAD)
        .answer("next_token_loss", LOSS)
        .answer("sequence_logprob", LOGPROB)
        .answer("fit_to_budget", FIT)
        .files()
    )
