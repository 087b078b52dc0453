# wrong: cancelled_for_ever
from collections import deque


class RequestQueue:
    def __init__(self, max_size):
        self.max_size = max_size
        self.waiting = deque()
        self.cancelled = set()

    def submit(self, request_id):
        if len([r for r in self.waiting if r not in self.cancelled]) >= self.max_size:
            return False
        self.waiting.append(request_id)
        return True

    def next(self):
        while self.waiting:
            request_id = self.waiting.popleft()
            if request_id not in self.cancelled:
                return request_id
        return None

    def cancel(self, request_id):
        if request_id not in self.waiting or request_id in self.cancelled:
            return False
        self.cancelled.add(request_id)
        return True
