# wrong: encoder_states_ignored
# decode is taken to encode for itself.
import torch


def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    encode(input_ids)
    ids = torch.tensor([[decoder_start_token_id]])
    for _ in range(max_new_tokens):
        token = decode(input_ids.float()[..., None], ids)[:, -1].argmax(
            dim=-1, keepdim=True
        )
        ids = torch.cat([ids, token], dim=1)
        if token.item() == eos_token_id:
            break
    return ids
