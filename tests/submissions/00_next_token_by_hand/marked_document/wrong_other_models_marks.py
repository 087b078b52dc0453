# wrong: special_tokens_missing
# The marks of another model's template.

marked_document = (
    "[INST]|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|[/INST]|\n"
    "|[INST]|user|\n"
    "|Tell| me| a| joke|[/INST]|\n"
    "|[INST]|ass|istant|\n"
    "|Why"
)
