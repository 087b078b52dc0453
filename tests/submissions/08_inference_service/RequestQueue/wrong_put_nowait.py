# wrong: full_raises
import queue


class RequestQueue:
    def __init__(self, max_size):
        self.queue = queue.Queue(max_size)

    def submit(self, request_id):
        self.queue.put_nowait(request_id)
        return True

    def next(self):
        return None if self.queue.empty() else self.queue.get_nowait()

    def cancel(self, request_id):
        waiting = request_id in self.queue.queue
        if waiting:
            self.queue.queue.remove(request_id)
        return waiting
