# wrong: calls_the_library
# transformers' own warper does the work.
from transformers import TypicalLogitsWarper


def typical_filter(scores, typical_p):
    return TypicalLogitsWarper(mass=typical_p)(None, scores)
