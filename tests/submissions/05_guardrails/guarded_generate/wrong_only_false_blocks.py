# wrong: malformed_passes
# Only an explicit False blocks.
def guarded_generate(prompt, input_rails, generate, output_rails):
    def through(rails, text):
        for rail in rails:
            try:
                answer = rail(text)
            except Exception:
                return None
            if isinstance(answer, tuple) and len(answer) == 2:
                if answer[0] is False:
                    return None
                text = answer[1]
        return text

    text = through(input_rails, prompt)
    if text is None:
        return {"text": "", "blocked_by": "input"}
    text = through(output_rails, generate(text))
    if text is None:
        return {"text": "", "blocked_by": "output"}
    return {"text": text, "blocked_by": None}
