# right: queue.Queue, its deque for cancelling
import queue


class RequestQueue:
    def __init__(self, max_size):
        self.queue = queue.Queue(maxsize=max_size)

    def submit(self, request_id):
        try:
            self.queue.put_nowait(request_id)
        except queue.Full:
            return False
        return True

    def next(self):
        try:
            return self.queue.get_nowait()
        except queue.Empty:
            return None

    def cancel(self, request_id):
        try:
            self.queue.queue.remove(request_id)
        except ValueError:
            return False
        return True
