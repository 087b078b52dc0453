# wrong: seen_tokens_removed
# A seen token is forbidden altogether.


def repetition_penalty(input_ids, scores, penalty):
    if penalty == 1:
        return scores
    return scores.scatter(1, input_ids, float("-inf"))
