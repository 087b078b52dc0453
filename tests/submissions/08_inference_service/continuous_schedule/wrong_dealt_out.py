# wrong: fixed_slots
def continuous_schedule(lengths, num_slots):
    queues = [list(range(s, len(lengths), num_slots)) for s in range(num_slots)]
    left, table = list(lengths), []
    while any(queues):
        table.append([queue[0] if queue else None for queue in queues])
        for queue in queues:
            if queue:
                left[queue[0]] -= 1
                if left[queue[0]] == 0:
                    queue.pop(0)
    return table
