# wrong: text_differs
# The user's turn is put before the system's.

marked_document = (
    "<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|<|im_end|>|\n"
    "|<|im_start|>|ass|istant|\n"
    "|Why"
)
