# wrong: calls_the_library
# Catching what TextStreamer prints is taken for building a decoder.
import torch
from transformers import TextStreamer


class Catcher(TextStreamer):
    caught = ""

    def on_finalized_text(self, text, stream_end=False):
        self.caught += text


class StreamDecoder:
    def __init__(self, tokenizer):
        self.streamer = Catcher(tokenizer, skip_special_tokens=True)

    def take(self):
        piece, self.streamer.caught = self.streamer.caught, ""
        return piece

    def put(self, token_id):
        self.streamer.put(torch.tensor([token_id]))
        return self.take()

    def flush(self):
        self.streamer.end()
        return self.take()
