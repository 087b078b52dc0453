# right: str.format, with every other brace doubled


def few_shot_prompt(examples, query, template):
    escaped = template.replace("{", "{{").replace("}", "}}")
    escaped = escaped.replace("{{input}}", "{input}").replace("{{output}}", "{output}")
    slot = escaped.index("{output}")
    lines = []
    for example in examples:
        lines.append(escaped.format(input=example[0], output=example[1]))
    lines.append(escaped[:slot].format(input=query).rstrip())
    return "\n\n".join(lines)
