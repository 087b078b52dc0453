# wrong: refilled_late
def continuous_schedule(lengths, num_slots):
    waiting, left = list(range(len(lengths))), list(lengths)
    slots = waiting[:num_slots] + [None] * (num_slots - len(waiting))
    del waiting[:num_slots]
    table = []
    while waiting or any(i is not None for i in slots):
        table.append(list(slots))
        for s, i in enumerate(slots):
            if i is None:
                slots[s] = waiting.pop(0) if waiting else None
            else:
                left[i] -= 1
                if left[i] == 0:
                    slots[s] = None
    while table and all(i is None for i in table[-1]):
        table.pop()
    return table
