# wrong: generated_twice
# Generates for each output rail.
def guarded_generate(prompt, input_rails, generate, output_rails):
    def ask(rail, text):
        try:
            allowed, new = rail(text)
        except Exception:
            return None
        return new if allowed is True and isinstance(new, str) else None

    text = prompt
    for rail in input_rails:
        text = ask(rail, text)
        if text is None:
            return {"text": "", "blocked_by": "input"}
    asked = text
    text = generate(asked)
    for number, rail in enumerate(output_rails):
        if number:
            generate(asked)
        text = ask(rail, text)
        if text is None:
            return {"text": "", "blocked_by": "output"}
    return {"text": text, "blocked_by": None}
