# wrong: vocabulary_strings
# The vocabulary's own spelling, with its signs for space and newline.

marked_document = (
    "<|im_start|>|system|Ċ|You|Ġare|Ġa|Ġhelpful|ĠAI|Ġassistant|Ġnamed|"
    "ĠSm|ol|LM|,|Ġtrained|Ġby|ĠH|ugging|ĠFace|<|im_end|>|Ċ|<|im_start|"
    ">|user|Ċ|Tell|Ġme|Ġa|Ġjoke|<|im_end|>|Ċ|<|im_start|>|ass|istant|"
    "Ċ|Why"
)
