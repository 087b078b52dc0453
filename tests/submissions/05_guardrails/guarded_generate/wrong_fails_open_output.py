# wrong: fails_open
# A failing output rail lets through.
def guarded_generate(prompt, input_rails, generate, output_rails):
    text = prompt
    for rail in input_rails:
        try:
            allowed, new = rail(text)
        except Exception:
            return {"text": "", "blocked_by": "input"}
        if allowed is not True or not isinstance(new, str):
            return {"text": "", "blocked_by": "input"}
        text = new
    text = generate(text)
    for rail in output_rails:
        try:
            answer = rail(text)
        except Exception:
            break
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            return {"text": "", "blocked_by": "output"}
        if answer[0] is not True or not isinstance(answer[1], str):
            return {"text": "", "blocked_by": "output"}
        text = answer[1]
    return {"text": text, "blocked_by": None}
