# wrong: no_requests
def continuous_schedule(lengths, num_slots):
    free_at = [0] * num_slots
    places = []
    for length in lengths:
        slot = free_at.index(min(free_at))
        places.append((free_at[slot], slot, length))
        free_at[slot] += length
    steps = max(start + length for start, _, length in places)
    table = [[None] * num_slots for _ in range(steps)]
    for i, (start, slot, length) in enumerate(places):
        for t in range(start, start + length):
            table[t][slot] = i
    return table
