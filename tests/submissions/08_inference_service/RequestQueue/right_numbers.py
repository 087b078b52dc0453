# right: a running number for each request, the smallest is next
import itertools


class RequestQueue:
    def __init__(self, max_size):
        self.max_size = max_size
        self.count = itertools.count()
        self.place = {}

    def submit(self, request_id):
        if len(self.place) < self.max_size:
            self.place[request_id] = next(self.count)
            return True
        return False

    def next(self):
        first = min(self.place, key=self.place.get, default=None)
        self.place.pop(first, None)
        return first

    def cancel(self, request_id):
        return self.place.pop(request_id, None) is not None
