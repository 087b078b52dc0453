# wrong: special_tokens_missing
# Turns are taken to be opened, but not closed.

marked_document = (
    "<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|\n"
    "|<|im_start|>|ass|istant|\n"
    "|Why"
)
