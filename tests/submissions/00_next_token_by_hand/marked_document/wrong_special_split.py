# wrong: boundaries_wrong
# The special tokens are taken apart like ordinary text.

marked_document = (
    "<||im|_|start||>|system|\n"
    "|You| are| a| helpful| AI| assistant| named| Sm|ol|LM|,| trained|"
    " by| H|ugging| Face|<||im|_|end||>|\n"
    "|<||im|_|start||>|user|\n"
    "|Tell| me| a| joke|<||im|_|end||>|\n"
    "|<||im|_|start||>|ass|istant|\n"
    "|Why"
)
