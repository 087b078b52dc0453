# wrong: zero_width_kept
# Cc instead of Cf: new lines go, zero-width characters stay.
import unicodedata

HOMOGLYPHS = dict(zip(
    "аеіјорсѕухАВЕІЈКМНОРСЅТУХ" "αονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "aeijopcsyxABEIJKMHOPCSTYX" "aovpABEZHIKMNOPTYX",
))


def normalize_for_scan(text):
    characters, offsets = [], []
    for offset, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original):
            if unicodedata.category(character) == "Cc":
                continue
            for folded in HOMOGLYPHS.get(character, character).casefold():
                characters.append(folded)
                offsets.append(offset)
    return "".join(characters), offsets
