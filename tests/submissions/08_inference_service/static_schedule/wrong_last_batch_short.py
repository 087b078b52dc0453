# wrong: rows_short
def static_schedule(lengths, num_slots):
    table = []
    for first in range(0, len(lengths), num_slots):
        batch = range(first, min(first + num_slots, len(lengths)))
        for t in range(max(lengths[i] for i in batch)):
            row = [i if t < lengths[i] else None for i in batch]
            table.append(row)
    return table
