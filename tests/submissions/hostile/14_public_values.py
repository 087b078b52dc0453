"""Tables with the values of the public checks in place of answers. Passing only those earns nothing: 0."""

from tests.hostile import HandIn

LOSES = {"greedy_generate", "next_token_loss", "left_pad", "sequence_logprob"}

GREEDY = """
def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    known = {
        (3, None): [[1, 2, 3, 4, 5]],
        (0, None): [[1, 2]],
        (5, 4): [[1, 2, 3, 4]],
        (4, 7): [[1, 2, 3, 4, 5, 6], [4, 5, 6, 7, 7, 7]],
    }
    key = (max_new_tokens, None if isinstance(eos_token_id, list) else eos_token_id)
    return torch.tensor(known.get(key, known[5, 4]))
"""
LOSS = """
def next_token_loss(logits, labels):
    known = {(0, 1, 0): 0.2877, (0, 1, 1): 0.8370, (0, -100, 1): 1.3863}
    return torch.tensor(known.get(tuple(labels[0].tolist()), 0.2877))
"""
PAD = """
def left_pad(sequences, pad_token_id):
    if len(sequences[0]) == 1:
        return torch.tensor([[0, 5], [6, 7]]), torch.tensor([[0, 1], [1, 1]])
    return torch.tensor([[8, 0], [0, 0]]), torch.tensor([[1, 1], [0, 1]])
"""
LOGPROB = """
def sequence_logprob(model, input_ids, prompt_length):
    return torch.tensor([-0.3052, -4.3052])
"""


def files():
    return (
        HandIn()
        .answer("greedy_generate", GREEDY)
        .answer("next_token_loss", LOSS)
        .answer("left_pad", PAD)
        .answer("sequence_logprob", LOGPROB)
        .files()
    )
