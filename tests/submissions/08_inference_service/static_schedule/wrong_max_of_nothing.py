# wrong: no_requests
def static_schedule(lengths, num_slots):
    batches = [lengths[i : i + num_slots] for i in range(0, len(lengths), num_slots)]
    ends = [max(batches[0])]
    for batch in batches[1:]:
        ends.append(ends[-1] + max(batch))
    table = [[None] * num_slots for _ in range(ends[-1])]
    for i, n in enumerate(lengths):
        number, slot = divmod(i, num_slots)
        start = ends[number - 1] if number else 0
        for t in range(start, start + n):
            table[t][slot] = i
    return table
