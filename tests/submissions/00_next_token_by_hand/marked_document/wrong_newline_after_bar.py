# wrong: newlines_differ
# A line break for the reader at every bar, none as a token.

marked_document = (
    "<|im_start|>|system|You| are| a| helpful| AI| assistant| named|"
    " Sm|ol|LM|,| trained| by| H|ugging| Face|<|im_end|>|\n"
    "<|im_start|>|user|Tell| me| a| joke|<|im_end|>|\n"
    "<|im_start|>|ass|istant|Why"
)
