# wrong: boundaries_wrong
# Only the role that opens the answer is left whole.

marked_document = (
    "<|im_start|>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|<|im_end|>|\n"
    "|<|im_start|>|user|\n"
    "|Tell| me| a| joke|<|im_end|>|\n"
    "|<|im_start|>|assistant|\n"
    "|Why"
)
