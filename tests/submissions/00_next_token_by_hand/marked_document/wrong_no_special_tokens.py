# wrong: special_tokens_missing
# Special tokens are taken to be no part of the text.

marked_document = (
    "system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|\n"
    "|user|\n"
    "|Tell| me| a| joke|\n"
    "|ass|istant|\n"
    "|Why"
)
