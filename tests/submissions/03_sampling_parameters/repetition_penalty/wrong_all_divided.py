# wrong: negative_divided
# Division is taken to lower every score: a negative one rises.


def repetition_penalty(input_ids, scores, penalty):
    seen = scores.gather(1, input_ids)
    return scores.scatter(1, input_ids, seen / penalty)
