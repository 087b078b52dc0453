# wrong: other_scripts_lost
# Only ASCII is kept.
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
            shown = HOMOGLYPHS.get(character, character)
            for folded in shown.encode("ascii", "ignore").decode().casefold():
                characters.append(folded)
                offsets.append(offset)
    return "".join(characters), offsets
