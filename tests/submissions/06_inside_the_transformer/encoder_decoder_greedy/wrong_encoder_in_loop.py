# wrong: encoder_run_every_step
# The source is read again at every step.
import torch


def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    ids = torch.tensor([[decoder_start_token_id]])
    for _ in range(max_new_tokens):
        token = decode(encode(input_ids), ids)[:, -1].argmax(dim=-1, keepdim=True)
        ids = torch.cat([ids, token], dim=1)
        if token.item() == eos_token_id:
            break
    return ids
