# wrong: one_refill_per_step
def continuous_schedule(lengths, num_slots):
    waiting, left = list(range(len(lengths))), list(lengths)
    slots, table = [None] * num_slots, []
    for s in range(num_slots):
        if waiting:
            slots[s] = waiting.pop(0)
    while any(i is not None for i in slots):
        table.append(list(slots))
        for s, i in enumerate(slots):
            if i is not None:
                left[i] -= 1
                if left[i] == 0:
                    slots[s] = None
        if waiting and None in slots:
            slots[slots.index(None)] = waiting.pop(0)
    return table
