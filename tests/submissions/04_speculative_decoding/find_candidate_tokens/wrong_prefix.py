# wrong: prefix_for_suffix
# The beginning of the text is looked for, not its end.


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = input_ids[0].tolist()
    for size in range(min(max_ngram_size, len(ids) - 1), 0, -1):
        prefix = ids[:size]
        for start in range(1, len(ids) - size):
            if ids[start : start + size] == prefix:
                after = start + size
                return input_ids[0, after : after + num_tokens].clone()
    return input_ids.new_empty(0)
