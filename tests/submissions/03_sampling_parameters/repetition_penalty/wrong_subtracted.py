# wrong: subtracted
# A presence penalty: a constant off each seen score.


def repetition_penalty(input_ids, scores, penalty):
    seen = scores.gather(1, input_ids)
    return scores.scatter(1, input_ids, seen - penalty)
