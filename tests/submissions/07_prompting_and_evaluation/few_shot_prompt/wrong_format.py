# wrong: braces_in_template
# str.format takes every brace of the template for a place to fill.


def few_shot_prompt(examples, query, template):
    shots = [template.format(input=text, output=label) for text, label in examples]
    question = template.split("{output}")[0].format(input=query)
    return "\n\n".join([*shots, question]).rstrip()
