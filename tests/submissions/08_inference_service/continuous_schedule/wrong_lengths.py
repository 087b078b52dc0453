# wrong: lengths_in_table
def continuous_schedule(lengths, num_slots):
    free_at = [0] * num_slots
    table = []
    for i, length in enumerate(lengths):
        slot = free_at.index(min(free_at))
        start = free_at[slot]
        free_at[slot] = start + length
        while len(table) < free_at[slot]:
            table.append([None] * num_slots)
        for t in range(start, start + length):
            table[t][slot] = length
    return table
