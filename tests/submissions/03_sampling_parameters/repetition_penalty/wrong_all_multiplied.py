# wrong: positive_multiplied
# Every seen score is multiplied: a positive one rises.


def repetition_penalty(input_ids, scores, penalty):
    seen = scores.gather(1, input_ids)
    return scores.scatter(1, input_ids, seen * penalty)
