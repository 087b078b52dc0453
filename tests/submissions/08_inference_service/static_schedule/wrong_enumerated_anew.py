# wrong: numbered_in_batch
def static_schedule(lengths, num_slots):
    table = []
    for first in range(0, len(lengths), num_slots):
        now = lengths[first : first + num_slots]
        now = now + [0] * (num_slots - len(now))
        for t in range(max(now)):
            table.append([s if n > t else None for s, n in enumerate(now)])
    return table
