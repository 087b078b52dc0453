# wrong: homoglyphs_kept
# Only small letters are looked up.
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
            for folded in (HOMOGLYPHS[character] if character in HOMOGLYPHS and character.islower() else character).casefold():
                characters.append(folded)
                offsets.append(offset)
    return "".join(characters), offsets
