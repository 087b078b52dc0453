# wrong: slots_compacted
def continuous_schedule(lengths, num_slots):
    waiting, left = list(range(len(lengths))), list(lengths)
    running, table = [], []
    while waiting or running:
        while waiting and len(running) < num_slots:
            running.append(waiting.pop(0))
        table.append(running + [None] * (num_slots - len(running)))
        for i in running:
            left[i] -= 1
        running = [i for i in running if left[i]]
    return table
