# right: an exception of its own for a block, raised from one place
class Blocked(Exception):
    pass


def ask(rail, text):
    verdict = rail(text)
    if not isinstance(verdict, (tuple, list)) or len(verdict) != 2:
        raise Blocked("no pair")
    if verdict[0] is not True or type(verdict[1]) is not str:
        raise Blocked("refused")
    return verdict[1]


def guarded_generate(prompt, input_rails, generate, output_rails):
    stage, text = "input", prompt
    try:
        for rail in input_rails:
            text = ask(rail, text)
        text = generate(text)
        stage = "output"
        for rail in output_rails:
            text = ask(rail, text)
    except Exception:
        return dict(text="", blocked_by=stage)
    return dict(text=text, blocked_by=None)
