# wrong: runs_on
def static_schedule(lengths, num_slots):
    table = []
    for first in range(0, len(lengths), num_slots):
        batch = range(first, min(first + num_slots, len(lengths)))
        for t in range(max(lengths[i] for i in batch)):
            row = [i for i in batch]
            table.append(row + [None] * (num_slots - len(row)))
    return table
