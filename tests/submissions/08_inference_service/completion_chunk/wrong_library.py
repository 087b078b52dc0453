# wrong: calls_the_library
from openai.types import Completion, CompletionChoice, CompletionUsage


def completion_chunk(request_id, model, created, text, finish_reason=None, usage=None):
    choice = CompletionChoice.model_construct(index=0, text=text, finish_reason=finish_reason)
    counts = None
    if usage is not None:
        counts = CompletionUsage(
            prompt_tokens=usage[0], completion_tokens=usage[1], total_tokens=sum(usage)
        )
    chunk = Completion.model_construct(
        id=request_id, object="text_completion", created=created, model=model,
        choices=[choice], usage=counts,
    )
    return chunk.model_dump(warnings=False)
