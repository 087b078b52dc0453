# right: dataclasses, turned into a dict
from dataclasses import asdict, dataclass


@dataclass
class Choice:
    text: str
    finish_reason: str | None
    index: int = 0


@dataclass
class Usage:
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass
class Chunk:
    id: str
    created: int
    model: str
    choices: list
    usage: Usage | None
    object: str = "text_completion"


def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    counts = Usage(usage[0], usage[1], usage[0] + usage[1]) if usage is not None else None
    return asdict(Chunk(request_id, created, model, [Choice(text, finish_reason)], counts))
