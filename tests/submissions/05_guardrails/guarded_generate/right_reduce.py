# right: functools.reduce; rails behind a block are skipped; a further key
from functools import reduce


def guarded_generate(prompt: str, input_rails: list, generate, output_rails: list) -> dict:
    def step(state, rail):
        text, reasons = state
        if reasons:
            return state
        try:
            match rail(text):
                case (True as allowed, str(new)) if allowed is True:
                    return new, reasons
                case other:
                    return "", [f"{getattr(rail, '__name__', 'rail')} answered {other!r}"]
        except Exception as error:
            return "", [f"{type(error).__name__}"]

    text, reasons = reduce(step, input_rails, (prompt, []))
    stage = "input" if reasons else None
    if stage is None:
        text, reasons = reduce(step, output_rails, (generate(text), []))
        stage = "output" if reasons else None
    return {"blocked_by": stage, "text": text, "reasons": reasons}
