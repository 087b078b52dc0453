# wrong: hidden_missing
# Only the token is used.
def draft_head(hidden, input_ids, embedding, weight):
    width = hidden.shape[1]
    return embedding[input_ids[1:]] @ weight[:, :width].T @ embedding.T
