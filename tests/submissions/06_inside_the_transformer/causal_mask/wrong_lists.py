# wrong: wrong_type
# Lists of lists.


def causal_mask(query_length, key_length):
    cached = key_length - query_length
    return [[s <= t + cached for s in range(key_length)] for t in range(query_length)]
