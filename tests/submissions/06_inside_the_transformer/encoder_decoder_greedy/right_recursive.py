# right: recursion, numpy for the argmax
import numpy as np
import torch


def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    states = encode(input_ids)

    def extend(ids, left):
        if left == 0 or (len(ids) > 1 and ids[-1] == eos_token_id):
            return ids
        logits = decode(states, torch.tensor([ids])).detach().numpy()
        return extend(ids + [int(np.argmax(logits[0, -1]))], left - 1)

    return torch.tensor([extend([decoder_start_token_id], max_new_tokens)])
