# wrong: handed_out_counts
from collections import deque


class RequestQueue:
    def __init__(self, max_size):
        self.max_size = max_size
        self.waiting = deque()
        self.accepted = 0

    def submit(self, request_id):
        if self.accepted >= self.max_size:
            return False
        self.waiting.append(request_id)
        self.accepted += 1
        return True

    def next(self):
        return self.waiting.popleft() if self.waiting else None

    def cancel(self, request_id):
        if request_id not in self.waiting:
            return False
        self.waiting.remove(request_id)
        self.accepted -= 1
        return True
