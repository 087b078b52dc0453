# right: columns of equal height, then turned
from itertools import zip_longest


def static_schedule(lengths, num_slots):
    columns = [[] for _ in range(num_slots)]
    for i, n in enumerate(lengths):
        slot = i % num_slots
        if slot == 0:
            height = max(map(len, columns))
            for column in columns:
                column.extend([None] * (height - len(column)))
        columns[slot].extend([i] * n)
    return [list(row) for row in zip_longest(*columns)]
