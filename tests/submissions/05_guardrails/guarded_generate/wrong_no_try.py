# wrong: rail_error_escapes
# A rail's exception reaches the caller.
def guarded_generate(prompt, input_rails, generate, output_rails):
    def through(rails, text):
        for rail in rails:
            answer = rail(text)
            if not isinstance(answer, tuple) or len(answer) != 2:
                return None
            allowed, new = answer
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
