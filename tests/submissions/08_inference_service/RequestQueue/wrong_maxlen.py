# wrong: oldest_dropped
from collections import deque


class RequestQueue:
    def __init__(self, max_size):
        self.max_size = max_size
        self.waiting = deque(maxlen=max_size)

    def submit(self, request_id):
        accepted = len(self.waiting) < self.max_size
        self.waiting.append(request_id)
        return accepted

    def next(self):
        return self.waiting.popleft() if self.waiting else None

    def cancel(self, request_id):
        if request_id not in self.waiting:
            return False
        self.waiting.remove(request_id)
        return True
