# right: a generator of tokens
import torch


def tokens(states, decode, start, eos):
    seen = [start]
    while True:
        scores = decode(states, torch.tensor(seen).unsqueeze(0)).squeeze(0)[-1]
        seen.append(max(range(len(scores)), key=scores.tolist().__getitem__))
        yield seen[-1]
        if seen[-1] == eos:
            return


def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    made = tokens(encode(input_ids), decode, decoder_start_token_id, eos_token_id)
    new = [token for _, token in zip(range(max_new_tokens), made)]
    return torch.tensor([[decoder_start_token_id, *new]])
