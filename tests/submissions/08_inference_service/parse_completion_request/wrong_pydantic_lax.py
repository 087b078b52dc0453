# wrong: converted
from pydantic import BaseModel, Field


class CompletionRequest(BaseModel):
    model: str
    prompt: str = Field(min_length=1)
    max_tokens: int = Field(16, ge=1)
    temperature: float = Field(1.0, ge=0, le=2)
    stop: str | list[str] = []
    seed: int | None = None
    stream: bool = False


def parse_completion_request(body):
    for name in ("max_tokens", "temperature", "seed"):
        if isinstance(body.get(name), bool):
            raise ValueError(f"{name} must be a number")
    given = {name: value for name, value in body.items() if value is not None}
    parsed = CompletionRequest(**given).model_dump()
    stop = parsed["stop"]
    parsed["stop"] = stop = [stop] if isinstance(stop, str) else stop
    if len(stop) > 4 or "" in stop:
        raise ValueError("stop: at most 4 strings, none empty")
    return parsed
