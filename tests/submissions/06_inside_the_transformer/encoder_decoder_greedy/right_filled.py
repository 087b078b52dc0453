# right: a full tensor that is filled, and cut at the end
import torch


@torch.inference_mode()
def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    states, length, ended = None, 1, False
    ids = torch.full((1, 1 + max_new_tokens), decoder_start_token_id)
    while length <= max_new_tokens and not ended:
        if states is None:
            states = encode(input_ids)
        best = decode(states, ids[:, :length])[0, length - 1].topk(1).indices[0]
        ids[0, length] = best
        ended = bool(best == eos_token_id)
        length += 1
    return ids[:, :length].clone()
