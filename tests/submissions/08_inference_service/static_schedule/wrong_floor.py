# wrong: last_batch_missing
def static_schedule(lengths, num_slots):
    table = []
    for number in range(len(lengths) // num_slots):
        ids = [number * num_slots + s for s in range(num_slots)]
        for t in range(max(lengths[i] for i in ids)):
            table.append([i if lengths[i] > t else None for i in ids])
    return table
