# wrong: newlines_differ
# Newlines are taken to be layout, not tokens.

marked_document = (
    "<|im_start|>|system|You| are| a| helpful| AI| assistant| named|"
    " Sm|ol|LM|,| trained| by| H|ugging| Face|<|im_end|>|<|im_start|"
    ">|user|Tell| me| a| joke|<|im_end|>|<|im_start|>|ass|istant|Why"
)
