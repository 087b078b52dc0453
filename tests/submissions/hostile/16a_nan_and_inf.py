"""NaN and infinity wherever a number is asked for: whatever is compared with them, they are not right."""

from tests.hostile import HandIn

LOSES = {"next_token_probs", "sequence_logprob", "next_token_loss"}
FINDINGS = {"next_token_probs": "not_probabilities"}

PROBS = """
def next_token_probs(model, input_ids, attention_mask=None):
    return torch.full((len(input_ids), model.config.vocab_size), float("nan"))
"""
LOGPROB = """
def sequence_logprob(model, input_ids, prompt_length):
    return torch.full((len(input_ids),), float("-inf"))
"""
LOSS = """
def next_token_loss(logits, labels):
    return float("nan")
"""


def files():
    return (
        HandIn()
        .answer("next_token_probs", PROBS)
        .answer("sequence_logprob", LOGPROB)
        .answer("next_token_loss", LOSS)
        .files()
    )
