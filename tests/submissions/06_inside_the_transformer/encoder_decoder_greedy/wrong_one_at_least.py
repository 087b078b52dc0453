# wrong: zero_budget
# The first token is made before the budget is looked at.
import torch


def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    states = encode(input_ids)
    ids = torch.tensor([[decoder_start_token_id]])
    for _ in range(max(max_new_tokens, 1)):
        token = decode(states, ids)[:, -1].argmax(dim=-1, keepdim=True)
        ids = torch.cat([ids, token], dim=1)
        if token.item() == eos_token_id:
            break
    return ids
