# wrong: wrong_type
# The forced text instead of a transcript.

informal_transcript = "Hey y'all, I'm glad to help you with"
