# wrong: spaces_misplaced
# Every word is taken to have a space in front, also the first of a turn.

marked_document = (
    "<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|<|im_end|>|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|ass|istant|\n"
    "| Why"
)
