# wrong: one_by_one
def static_schedule(lengths, num_slots):
    return [[i] + [None] * (num_slots - 1) for i, n in enumerate(lengths) for _ in range(n)]
