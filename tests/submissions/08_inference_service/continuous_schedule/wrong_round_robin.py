# wrong: preempted
def continuous_schedule(lengths, num_slots):
    waiting, left, table = list(range(len(lengths))), list(lengths), []
    while waiting:
        now, waiting = waiting[:num_slots], waiting[num_slots:]
        table.append(now + [None] * (num_slots - len(now)))
        for i in now:
            left[i] -= 1
            if left[i]:
                waiting.append(i)
    return table
