# right: each step over the whole text, offsets carried along; a list and a tuple come back
from unicodedata import category, normalize

HOMOGLYPHS = dict(zip(
    "аеіјорсѕухАВЕІЈКМНОРСЅТУХ" "αονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "aeijopcsyxABEIJKMHOPCSTYX" "aovpABEZHIKMNOPTYX",
))



def normalize_for_scan(text):
    offsets = list(range(len(text)))
    steps = [
        lambda c: normalize("NFKC", c),
        lambda c: "" if category(c) == "Cf" else c,
        lambda c: HOMOGLYPHS[c] if c in HOMOGLYPHS else c,
        str.casefold,
    ]
    for step in steps:
        parts = [step(c) for c in text]
        offsets = [o for o, part in zip(offsets, parts) for _ in part]
        text = "".join(parts)
    return [text, tuple(offsets)]
