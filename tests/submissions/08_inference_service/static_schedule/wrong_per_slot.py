# wrong: slots_by_steps
def static_schedule(lengths, num_slots):
    slots = [[] for _ in range(num_slots)]
    for first in range(0, len(lengths), num_slots):
        longest = max(lengths[first : first + num_slots])
        for s, slot in enumerate(slots):
            n = lengths[first + s] if first + s < len(lengths) else 0
            slot += [first + s] * n + [None] * (longest - n)
    return slots if lengths else []
