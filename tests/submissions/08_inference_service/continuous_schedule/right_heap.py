# right: a heap of (free at, slot)
import heapq


def continuous_schedule(lengths, num_slots):
    heap = [(0, slot) for slot in range(num_slots)]
    columns = [[] for _ in range(num_slots)]
    for i, length in enumerate(lengths):
        time, slot = heapq.heappop(heap)
        columns[slot] += [i] * length
        heapq.heappush(heap, (time + length, slot))
    steps = max(map(len, columns))
    return [[c[t] if t < len(c) else None for c in columns] for t in range(steps)]
