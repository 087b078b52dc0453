# wrong: calls_the_library
# The queue of TextIteratorStreamer is taken for a decoder of one's own.
import torch
from transformers import TextIteratorStreamer


class StreamDecoder:
    def __init__(self, tokenizer):
        self.streamer = TextIteratorStreamer(tokenizer, skip_special_tokens=True)

    def take(self):
        queue, pieces = self.streamer.text_queue, []
        while not queue.empty():
            pieces.append(queue.get())
        return "".join(p for p in pieces if p is not None)

    def put(self, token_id):
        self.streamer.put(torch.tensor([token_id]))
        return self.take()

    def flush(self):
        self.streamer.end()
        return self.take()
