# wrong: missing_key
# allowed in place of blocked_by.
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
        return {"text": "", "allowed": False}
    text = through(output_rails, generate(text))
    if text is None:
        return {"text": "", "allowed": False}
    return {"text": text, "allowed": True}
