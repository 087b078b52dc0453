# wrong: norm_missing
# The sublayers read the stream as it is.
def transformer_block(
    x, attention, feed_forward, attention_norm, feed_forward_norm, eps=1e-5
):
    y = x + attention(x)
    return y + feed_forward(y)
