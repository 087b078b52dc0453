# right: gives all that stands before the unfinished character
from dataclasses import dataclass, field


@dataclass
class StreamDecoder:
    tokenizer: object
    ids: list = field(default_factory=list)
    given: str = ""

    def text(self):
        return self.tokenizer.decode(self.ids, skip_special_tokens=True)

    def advance(self, text):
        piece = text[len(self.given):]
        self.given += piece
        return piece

    def put(self, token_id: int) -> str:
        self.ids.append(token_id)
        return self.advance(self.text().rstrip("\N{REPLACEMENT CHARACTER}"))

    def flush(self) -> str:
        return self.advance(self.text())
