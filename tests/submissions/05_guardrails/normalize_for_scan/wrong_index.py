# wrong: offsets_by_search
# text.index finds the first of equal characters.
import unicodedata

HOMOGLYPHS = dict(zip(
    "аеіјорсѕухАВЕІЈКМНОРСЅТУХ" "αονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "aeijopcsyxABEIJKMHOPCSTYX" "aovpABEZHIKMNOPTYX",
))


def normalize_for_scan(text):
    characters, offsets = [], []
    for offset, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original):
            if unicodedata.category(character) == "Cf":
                continue
            for folded in HOMOGLYPHS.get(character, character).casefold():
                characters.append(folded)
                offsets.append(text.index(original))
    return "".join(characters), offsets
