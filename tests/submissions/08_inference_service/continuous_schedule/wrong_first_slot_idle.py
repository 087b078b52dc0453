# wrong: tail_cut
def continuous_schedule(lengths, num_slots):
    arrivals = iter(enumerate(lengths))

    def slot():
        for i, n in arrivals:
            yield from [i] * n

    slots = [slot() for _ in range(num_slots)]
    return [list(row) for row in zip(*slots)]
