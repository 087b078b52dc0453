# wrong: text_differs
# The joke is told to its end, not one word of it.

marked_document = (
    "<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|<|im_end|>|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|ass|istant|\n"
    "|Why| did| the| chicken| cross| the| road|?"
)
