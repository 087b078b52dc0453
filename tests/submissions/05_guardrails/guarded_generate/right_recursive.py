# right: recursion, the stages in a list; every rail behind a block is still asked
def guarded_generate(prompt, input_rails, generate, output_rails):
    text = prompt
    for stage, rails in [("input", input_rails), ("output", output_rails)]:
        if stage == "output":
            text = generate(text)
        good = True
        for rail in list(rails):
            answer = None
            try:
                answer = rail(text)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
            pair = isinstance(answer, (list, tuple)) and len(answer) == 2
            if pair and answer[0] is True and isinstance(answer[1], str):
                text = answer[1]
            else:
                good = False
        if not good:
            return {"text": "", "blocked_by": stage}
    return {"text": text, "blocked_by": None}
