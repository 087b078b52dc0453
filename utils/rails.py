"""What the notebook on guard rails is given: labelled prompts, made-up messages, and Presidio without a network.

There is no rail in here: those are the learner's.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def presidio() -> Any:
    """Presidio's AnalyzerEngine for English, without a language model: what patterns and checksums find.

    Nothing is fetched: the pipeline is a blank one of spaCy, and the list of top-level domains is the one that
    tldextract comes with. Names of people and places need a trained pipeline, so this one does not look for them.
    """
    import spacy
    import tldextract.tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
            self.nlp: Any = {"en": spacy.blank("en")}

        def load(self) -> None:
            """There is nothing to be loaded."""

    # It would look on the network for a newer list, and wait.
    own = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.tldextract.TLD_EXTRACTOR = own
    return AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])


def labelled_prompts() -> "pd.DataFrame":
    """The prompts that ship with the notebook: columns text, label (1: an attack), style and split. Their card: data/README.md."""
    import pandas as pd

    return pd.read_csv(Path(__file__).with_name("data") / "prompts.csv", keep_default_na=False)


def pii_texts(count: int, seed: int = 0) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Made-up messages with the spans of the personal data in them, and with numbers that only look like some.

    Nobody's data: addresses end in example.com or example.org, card numbers are test numbers, telephone numbers are of the
    555-01xx kind.
    """
    import random

    draw = random.Random(seed)
    cards = ["4111 1111 1111 1111", "5555555555554444", "3782-822463-10005", "4012888888881881"]
    makers = {
        "EMAIL_ADDRESS": lambda: (
            f"{draw.choice(['kim', 'a.b', 'info'])}@{draw.choice(['mail.example.com', 'example.org'])}"
        ),
        "CREDIT_CARD": lambda: draw.choice(cards),
        "PHONE_NUMBER": lambda: f"+1 {draw.randint(200, 989)} 555 01{draw.randint(10, 99)}",
        "IP_ADDRESS": lambda: f"192.0.2.{draw.randint(1, 254)}",
    }
    decoys = {
        "order": lambda: f"{draw.randint(10**15, 10**16 - 1)}",
        "version": lambda: (
            f"{draw.randint(1, 9)}.{draw.randint(0, 9)}.{draw.randint(0, 9)}.{draw.randint(0, 9)}.1"
        ),
        "date": lambda: f"2026-{draw.randint(10, 12)}-{draw.randint(10, 28)}",
        "extension": lambda: f"555-01{draw.randint(10, 99)}",
        "handle": lambda: f"@{draw.choice(['kim', 'lee'])}",
    }
    made = []
    for _ in range(count):
        text, spans = draw.choice(["Please note: ", "Hello, ", "Caf\xe9, 10:30. "]), []
        for _ in range(draw.randint(1, 3)):
            if draw.random() < 0.65:
                kind, make = draw.choice(list(makers.items()))
                piece = make()
                spans.append((len(text) + len("use "), len(text) + len("use ") + len(piece), kind))
                text += f"use {piece}"
            else:
                name, make = draw.choice(list(decoys.items()))
                text += f"{name} {make()}"
            text += draw.choice([", then ", ". Next, ", "; also "])
        made.append((text + "thank you.", spans))
    return made
