# right: a list of ids, while
import torch


def encoder_decoder_greedy(
    encode, decode, input_ids, decoder_start_token_id, eos_token_id, max_new_tokens
):
    encoder_states = encode(input_ids)
    output = [decoder_start_token_id]
    while len(output) <= max_new_tokens:
        logits = decode(encoder_states, torch.LongTensor([output]))
        output.append(int(logits[0, -1].argmax()))
        if output[-1] == eos_token_id:
            break
    return torch.LongTensor([output])
