# wrong: fixed_slots
from itertools import zip_longest


def continuous_schedule(lengths, num_slots):
    columns = [[] for _ in range(num_slots)]
    for i, n in enumerate(lengths):
        columns[i % num_slots] += [i] * n
    return [list(row) for row in zip_longest(*columns)]
