# right: a strict pydantic model, whose error is a ValueError
from typing import Annotated

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, StrictStr

Stop = Annotated[StrictStr, Field(min_length=1)]


class CompletionRequest(BaseModel):
    model: StrictStr
    prompt: Annotated[StrictStr, Field(min_length=1)]
    max_tokens: Annotated[StrictInt, Field(ge=1)] = 16
    temperature: (
        Annotated[StrictInt, Field(ge=0, le=2)] | Annotated[StrictFloat, Field(ge=0, le=2)]
    ) = 1.0
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] = []
    seed: StrictInt | None = None
    stream: StrictBool = False


def parse_completion_request(body):
    given = {name: value for name, value in body.items() if value is not None}
    parsed = CompletionRequest.model_validate(given).model_dump()
    if isinstance(parsed["stop"], str):
        parsed["stop"] = [parsed["stop"]]
    return parsed
