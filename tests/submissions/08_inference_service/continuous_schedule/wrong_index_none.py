# wrong: one_refill_per_step
def continuous_schedule(lengths, num_slots):
    waiting = list(range(len(lengths)))
    left = list(lengths)
    slots = [None] * num_slots
    table = []
    while True:
        if None in slots and waiting:
            slots[slots.index(None)] = waiting.pop(0)
        if not any(slot is not None for slot in slots):
            return table
        table.append(list(slots))
        for s, i in enumerate(slots):
            if i is not None:
                left[i] -= 1
                if left[i] == 0:
                    slots[s] = None
