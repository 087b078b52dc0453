# wrong: sorted_by_length
def static_schedule(lengths, num_slots):
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    table = []
    for first in range(0, len(order), num_slots):
        batch = order[first : first + num_slots]
        for t in range(lengths[batch[0]]):
            row = [i if t < lengths[i] else None for i in batch]
            table.append(row + [None] * (num_slots - len(row)))
    return table
