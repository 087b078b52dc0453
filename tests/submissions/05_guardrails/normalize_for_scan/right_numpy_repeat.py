# right: numpy counts, lower in place of casefold
import unicodedata

import numpy as np

HOMOGLYPHS = dict(zip(
    "аеіјорсѕухАВЕІЈКМНОРСЅТУХ" "αονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "aeijopcsyxABEIJKMHOPCSTYX" "aovpABEZHIKMNOPTYX",
))


def normalize_for_scan(text):
    parts = []
    for c in text:
        part = ""
        for d in unicodedata.normalize("NFKC", c):
            if unicodedata.category(d) != "Cf":
                part += HOMOGLYPHS.get(d, d).lower()
        parts.append(part)
    lengths = np.array([len(p) for p in parts], dtype=np.int64)
    offsets = np.repeat(np.arange(len(text)), lengths)
    return "".join(parts), offsets.tolist()
