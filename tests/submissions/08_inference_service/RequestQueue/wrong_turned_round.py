# wrong: cancel_reports_wrongly
class RequestQueue:
    def __init__(self, max_size):
        self.max_size, self.ids = max_size, {}

    def submit(self, request_id):
        accepted = len(self.ids) < self.max_size
        if accepted:
            self.ids[request_id] = None
        return accepted

    def next(self):
        for request_id in self.ids:
            del self.ids[request_id]
            return request_id

    def cancel(self, request_id):
        try:
            del self.ids[request_id]
        except KeyError:
            return True
        return False
