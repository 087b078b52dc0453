# wrong: last_rail_decides
# The last rail's verdict counts.
def guarded_generate(prompt, input_rails, generate, output_rails):
    def through(rails, text):
        passed = True
        for rail in rails:
            try:
                allowed, new = rail(text)
            except Exception:
                allowed, new = False, text
            passed = allowed is True and isinstance(new, str)
            if passed:
                text = new
        return text if passed else None

    text = through(input_rails, prompt)
    if text is None:
        return {"text": "", "blocked_by": "input"}
    text = through(output_rails, generate(text))
    if text is None:
        return {"text": "", "blocked_by": "output"}
    return {"text": text, "blocked_by": None}
