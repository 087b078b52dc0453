# wrong: cancel_ends_the_line
from collections import deque


class RequestQueue:
    def __init__(self, max_size):
        self.room = max_size
        self.line = deque()
        self.tickets = {}

    def submit(self, request_id):
        if self.room == 0:
            return False
        self.room -= 1
        ticket = [request_id, True]
        self.line.append(ticket)
        self.tickets[request_id] = ticket
        return True

    def next(self):
        if self.line:
            request_id, alive = self.line.popleft()
            if alive:
                self.room += 1
                del self.tickets[request_id]
                return request_id
        return None

    def cancel(self, request_id):
        ticket = self.tickets.pop(request_id, None)
        if ticket is None:
            return False
        ticket[1] = False
        self.room += 1
        return True
