# wrong: embedding_missing
# Only the state is used: the head does not know which token was drawn.
def draft_head(hidden, input_ids, embedding, weight):
    width = hidden.shape[1]
    return hidden @ weight[:, width:].T @ embedding.T
