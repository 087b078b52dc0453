# wrong: blocked_text_returned
# The blocked prompt is returned.
def guarded_generate(prompt, input_rails, generate, output_rails):
    def through(rails, text):
        for rail in rails:
            try:
                allowed, new = rail(text)
            except Exception:
                return None
            if allowed is not True or not isinstance(new, str):
                return None
            text = new
        return text

    text = through(input_rails, prompt)
    if text is None:
        return {"text": prompt, "blocked_by": "input"}
    text = through(output_rails, generate(text))
    if text is None:
        return {"text": "", "blocked_by": "output"}
    return {"text": text, "blocked_by": None}
