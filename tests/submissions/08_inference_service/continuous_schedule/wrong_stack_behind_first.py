# wrong: last_in_first_out
def continuous_schedule(lengths, num_slots):
    stack, left = list(range(num_slots, len(lengths))), list(lengths)
    slots = [i if i < len(lengths) else None for i in range(num_slots)]
    table = []
    while any(i is not None for i in slots):
        table.append(list(slots))
        for s, i in enumerate(slots):
            if i is not None:
                left[i] -= 1
                if not left[i]:
                    slots[s] = stack.pop() if stack else None
    return table
