# wrong: falsy_id_lost
from collections import deque


class RequestQueue:
    def __init__(self, max_size):
        self.max_size = max_size
        self.waiting = deque()

    def submit(self, request_id):
        if len(self.waiting) >= self.max_size:
            return False
        self.waiting.append(request_id)
        return True

    def next(self):
        return self.waiting.popleft() if self.waiting else None

    def cancel(self, request_id):
        if not request_id or request_id not in self.waiting:
            return False
        self.waiting.remove(request_id)
        return True
