# wrong: cancel_ends_the_line
class RequestQueue:
    def __init__(self, max_size):
        self.max_size = max_size
        self.line = []

    def submit(self, request_id):
        if sum(entry is not None for entry in self.line) >= self.max_size:
            return False
        self.line.append(request_id)
        return True

    def next(self):
        return self.line.pop(0) if self.line else None

    def cancel(self, request_id):
        if request_id not in self.line:
            return False
        self.line[self.line.index(request_id)] = None
        return True
