# right: slots hold [request, steps left]
from collections import deque


def continuous_schedule(lengths, num_slots):
    queue = deque(enumerate(lengths))
    slots, table = [[None, 0] for _ in range(num_slots)], []
    while queue or any(left for _, left in slots):
        for slot in slots:
            if not slot[1]:
                slot[:] = queue.popleft() if queue else (None, 0)
        table.append(tuple(request for request, _ in slots))
        for slot in slots:
            slot[1] = max(0, slot[1] - 1)
    return table
