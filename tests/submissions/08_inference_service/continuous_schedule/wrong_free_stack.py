# wrong: highest_slot_first
def continuous_schedule(lengths, num_slots):
    waiting, left = list(range(len(lengths))), list(lengths)
    slots, table = [None] * num_slots, []
    free = list(range(num_slots))[::-1]
    while waiting or len(free) < num_slots:
        while free and waiting:
            slots[free.pop()] = waiting.pop(0)
        table.append(list(slots))
        for s, i in enumerate(slots):
            if i is not None:
                left[i] -= 1
                if left[i] == 0:
                    slots[s] = None
                    free.append(s)
    return table
