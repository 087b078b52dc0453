# wrong: one_by_one
def static_schedule(lengths, num_slots):
    table = []
    for i, n in enumerate(lengths):
        for _ in range(n):
            row = [None] * num_slots
            row[i % num_slots] = i
            table.append(row)
    return table
