"""Guard rails: the records that the notebook's exercises pass around, the shipped prompts, and Presidio without a network.

There is no rail in here: those are the learner's.
"""

from dataclasses import dataclass
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
            self.nlp = {"en": spacy.blank("en")}

        def load(self) -> None:
            """There is nothing to be loaded."""

    # It would look on the network for a newer list, and wait.
    own = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.tldextract.TLD_EXTRACTOR = own
    return AnalyzerEngine(nlp_engine=Blank(), supported_languages=["en"])
