# wrong: runs_on
def static_schedule(lengths, num_slots):
    table = []
    for first in range(0, len(lengths), num_slots):
        longest = max(lengths[first : first + num_slots])
        ids = list(range(first, first + len(lengths[first : first + num_slots])))
        ids += [None] * (num_slots - len(ids))
        table += [list(ids) for _ in range(longest)]
    return table
