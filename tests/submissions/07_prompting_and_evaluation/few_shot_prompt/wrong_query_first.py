# wrong: query_first
# The question comes before the examples.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    return "\n\n".join([head.replace("{input}", query).rstrip(), *blocks]).rstrip()
