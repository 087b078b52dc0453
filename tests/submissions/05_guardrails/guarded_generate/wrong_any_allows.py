# wrong: last_rail_decides
# One rail that allows is enough.
def guarded_generate(prompt, input_rails, generate, output_rails):
    def through(rails, text):
        passed = not rails
        for rail in rails:
            try:
                allowed, new = rail(text)
            except Exception:
                continue
            if allowed is True and isinstance(new, str):
                passed, text = True, new
        return text if passed else None

    text = through(input_rails, prompt)
    if text is None:
        return {"text": "", "blocked_by": "input"}
    text = through(output_rails, generate(text))
    if text is None:
        return {"text": "", "blocked_by": "output"}
    return {"text": text, "blocked_by": None}
