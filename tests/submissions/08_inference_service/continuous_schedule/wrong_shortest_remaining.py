# wrong: shortest_first
def continuous_schedule(lengths, num_slots):
    left, table = dict(enumerate(lengths)), []
    while left:
        now = sorted(left, key=lambda i: (left[i], i))[:num_slots]
        table.append(now + [None] * (num_slots - len(now)))
        for i in now:
            left[i] -= 1
            if left[i] == 0:
                del left[i]
    return table
