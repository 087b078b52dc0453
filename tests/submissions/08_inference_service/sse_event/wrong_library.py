# wrong: calls_the_library
import json


def sse_event(chunk):
    from sse_starlette import ServerSentEvent

    data = "[DONE]" if chunk is None else json.dumps(chunk)
    return ServerSentEvent(data=data, sep="\n").encode().decode()
