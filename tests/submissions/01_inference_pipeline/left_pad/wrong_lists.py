# wrong: wrong_type
# Lists of lists are taken to be as good as tensors.


def left_pad(sequences, pad_token_id):
    T = max(len(s) for s in sequences)
    ids = [[pad_token_id] * (T - len(s)) + list(s) for s in sequences]
    mask = [[0] * (T - len(s)) + [1] * len(s) for s in sequences]
    return ids, mask
