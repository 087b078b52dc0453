# wrong: zero_shot
# Without examples the query stands there bare.


def few_shot_prompt(examples, query, template):
    if not examples:
        return query
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    return "\n\n".join([*blocks, head.replace("{input}", query)]).rstrip()
