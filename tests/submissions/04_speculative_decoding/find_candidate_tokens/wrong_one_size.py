# wrong: only_longest
# Only the longest n-gram is looked for.


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = input_ids[0].tolist()
    for size in [min(max_ngram_size, len(ids) - 1)] if len(ids) > 1 else []:
        suffix = ids[-size:]
        for start in range(len(ids) - size):
            if ids[start : start + size] == suffix:
                after = start + size
                return input_ids[0, after : after + num_tokens].clone()
    return input_ids.new_empty(0)
