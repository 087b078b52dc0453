# wrong: input_changed
# The rails are taken off the caller's list.
def guarded_generate(prompt, input_rails, generate, output_rails):
    def through(rails, text):
        while rails:
            rail = rails.pop(0)
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
        return {"text": "", "blocked_by": "input"}
    text = through(output_rails, generate(text))
    if text is None:
        return {"text": "", "blocked_by": "output"}
    return {"text": text, "blocked_by": None}
