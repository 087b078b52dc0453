# right: an encoder's pieces, joined
from json import JSONEncoder

ENCODER = JSONEncoder(ensure_ascii=True)


def sse_event(chunk):
    pieces = ["data: "]
    pieces.extend(["[DONE]"] if chunk is None else ENCODER.iterencode(chunk))
    pieces.append("\n" * 2)
    return "".join(pieces)
