# wrong: state_shared
class RequestQueue:
    def __init__(self, max_size: int, waiting=[]):
        self._max = max_size
        self._list = waiting

    def submit(self, request_id: str) -> bool:
        if len(self._list) == self._max:
            return False
        self._list.append(request_id)
        return True

    def next(self) -> "str | None":
        try:
            return self._list.pop(0)
        except IndexError:
            return None

    def cancel(self, request_id: str) -> bool:
        before = request_id in self._list
        if before:
            self._list.remove(request_id)
        return before
