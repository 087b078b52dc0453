# wrong: wrong_type
# The text instead of a transcript.

greedy_transcript = "El cielo está en la ciela,"
