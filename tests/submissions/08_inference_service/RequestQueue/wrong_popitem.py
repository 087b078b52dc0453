# wrong: last_come_first_served
class RequestQueue:
    def __init__(self, max_size):
        self.max_size, self.ids = max_size, {}

    def submit(self, request_id):
        accepted = len(self.ids) < self.max_size
        if accepted:
            self.ids[request_id] = None
        return accepted

    def next(self):
        if self.ids:
            return self.ids.popitem()[0]

    def cancel(self, request_id):
        try:
            del self.ids[request_id]
        except KeyError:
            return False
        return True
