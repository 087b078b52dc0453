# wrong: not_greedy
# The next token is drawn.
import torch


def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    states = encode(input_ids)
    ids = torch.tensor([[decoder_start_token_id]])
    for _ in range(max_new_tokens):
        probs = decode(states, ids)[:, -1].softmax(dim=-1)
        token = torch.multinomial(probs, 1)
        ids = torch.cat([ids, token], dim=1)
        if token.item() == eos_token_id:
            break
    return ids
