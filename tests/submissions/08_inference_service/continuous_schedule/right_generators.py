# right: an iterator of requests, shared by the slots
def continuous_schedule(lengths, num_slots):
    arrivals = iter(enumerate(lengths))

    def slot():
        for i, n in arrivals:
            for _ in range(n):
                yield i

    slots = [slot() for _ in range(num_slots)]
    table = []
    while True:
        row = [next(s, None) for s in slots]
        if row == [None] * num_slots:
            return table
        table.append(row)
