# wrong: input_changed
def static_schedule(lengths, num_slots):
    table = []
    for first in range(0, len(lengths), num_slots):
        batch = range(first, min(first + num_slots, len(lengths)))
        while any(lengths[i] for i in batch):
            row = [None] * num_slots
            for s, i in enumerate(batch):
                if lengths[i]:
                    row[s] = i
                    lengths[i] -= 1
            table.append(row)
    return table
