# wrong: sorted
import heapq


class RequestQueue:
    def __init__(self, max_size):
        self.max_size, self.heap = max_size, []

    def submit(self, request_id):
        if len(self.heap) >= self.max_size:
            return False
        heapq.heappush(self.heap, request_id)
        return True

    def next(self):
        return heapq.heappop(self.heap) if self.heap else None

    def cancel(self, request_id):
        if request_id in self.heap:
            self.heap.remove(request_id)
            heapq.heapify(self.heap)
            return True
        return False
