# wrong: calls_the_library
# transformers' own processor does the work.
from transformers import RepetitionPenaltyLogitsProcessor


def repetition_penalty(input_ids, scores, penalty):
    return RepetitionPenaltyLogitsProcessor(float(penalty))(input_ids, scores)
