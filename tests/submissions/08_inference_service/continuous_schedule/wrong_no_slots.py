# wrong: everyone_at_once
def continuous_schedule(lengths, num_slots):
    steps = max(lengths, default=0)
    return [[i if t < n else None for i, n in enumerate(lengths)] for t in range(steps)]
