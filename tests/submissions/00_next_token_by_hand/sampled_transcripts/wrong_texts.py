# wrong: wrong_type
# The two texts instead of transcripts.

sampled_transcripts = ["La caba de las manzas es el ciel", "En la ciela llamada: El espa"]
