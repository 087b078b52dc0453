# wrong: submit_returns_nothing
class RequestQueue:
    def __init__(self, max_size: int):
        self._max = max_size
        self._list = []

    def submit(self, request_id: str) -> bool:
        if len(self._list) == self._max:
            return False
        self._list.append(request_id)
        return len(self._list)

    def next(self) -> "str | None":
        try:
            return self._list.pop(0)
        except IndexError:
            return None

    def cancel(self, request_id: str) -> bool:
        before = len(self._list)
        self._list = [waiting for waiting in self._list if waiting != request_id]
        return len(self._list) < before
