# wrong: input_changed
def continuous_schedule(lengths, num_slots):
    waiting = list(range(len(lengths)))
    left = lengths
    slots = [None] * num_slots
    table = []
    while True:
        for s in range(num_slots):
            if slots[s] is None and waiting:
                slots[s] = waiting.pop(0)
        if not any(slot is not None for slot in slots):
            return table
        table.append(list(slots))
        for s, i in enumerate(slots):
            if i is not None:
                left[i] -= 1
                if left[i] == 0:
                    slots[s] = None
