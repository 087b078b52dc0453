# wrong: blocks_run_together
# Nothing between blocks.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    prompt = ""
    for text, label in examples:
        prompt += head.replace("{input}", text) + label + tail
    return (prompt + head.replace("{input}", query)).rstrip()
