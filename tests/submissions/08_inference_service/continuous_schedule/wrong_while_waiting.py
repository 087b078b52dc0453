# wrong: tail_cut
def continuous_schedule(lengths, num_slots):
    waiting, left = list(range(len(lengths))), list(lengths)
    slots, table = [None] * num_slots, []
    while waiting:
        for s in range(num_slots):
            if slots[s] is None and waiting:
                slots[s] = waiting.pop(0)
        table.append(list(slots))
        for s, i in enumerate(slots):
            if i is not None:
                left[i] -= 1
                if left[i] == 0:
                    slots[s] = None
    return table
