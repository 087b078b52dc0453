# wrong: not_in_place
# A copy is cut, and the caller's cache stays long.
import copy


def rollback(cache, n_rejected):
    shorter = copy.deepcopy(cache)
    shorter.crop(-n_rejected)
    return shorter
