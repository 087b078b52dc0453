# right: the first batch, then the rest by recursion
def static_schedule(lengths, num_slots, first=0):
    if first >= len(lengths):
        return []
    now = lengths[first : first + num_slots]
    rows = [
        tuple(first + s if s < len(now) and now[s] > t else None for s in range(num_slots))
        for t in range(max(now))
    ]
    return rows + static_schedule(lengths, num_slots, first + num_slots)
