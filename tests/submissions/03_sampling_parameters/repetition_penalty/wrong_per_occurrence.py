# wrong: applied_per_occurrence
# The loop meets a token as often as it was written.


def repetition_penalty(input_ids, scores, penalty):
    out = scores.clone()
    for b in range(input_ids.shape[0]):
        for token in input_ids[b]:
            if out[b, token] > 0:
                out[b, token] /= penalty
            else:
                out[b, token] *= penalty
    return out
