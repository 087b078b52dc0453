# wrong: subtracted
# The probability is divided by the penalty: log(penalty) off each seen score.
import math


def repetition_penalty(input_ids, scores, penalty):
    seen = scores.gather(1, input_ids)
    return scores.scatter(1, input_ids, seen - math.log(penalty))
