# wrong: cancelled_takes_room
class RequestQueue:
    def __init__(self, max_size):
        self.max_size = max_size
        self.line = []

    def submit(self, request_id):
        if len(self.line) >= self.max_size:
            return False
        self.line.append([request_id, False])
        return True

    def next(self):
        while self.line:
            request_id, cancelled = self.line.pop(0)
            if not cancelled:
                return request_id
        return None

    def cancel(self, request_id):
        for entry in self.line:
            if entry[0] == request_id and not entry[1]:
                entry[1] = True
                return True
        return False
