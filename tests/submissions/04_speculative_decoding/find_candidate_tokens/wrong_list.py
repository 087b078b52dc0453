# wrong: wrong_type
# A list of ids.


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = input_ids[0].tolist()
    for size in range(min(max_ngram_size, len(ids) - 1), 0, -1):
        suffix = ids[-size:]
        for start in range(len(ids) - size):
            if ids[start : start + size] == suffix:
                after = start + size
                return ids[after : after + num_tokens]
    return []
