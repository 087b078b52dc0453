# wrong: one_for_many
# One offset per original character.
import unicodedata

HOMOGLYPHS = dict(zip(
    "аеіјорсѕухАВЕІЈКМНОРСЅТУХ" "αονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "aeijopcsyxABEIJKMHOPCSTYX" "aovpABEZHIKMNOPTYX",
))



def normalize_for_scan(text):
    result, offsets = "", []
    for offset, original in enumerate(text):
        form = ""
        for character in unicodedata.normalize("NFKC", original):
            if unicodedata.category(character) != "Cf":
                form += HOMOGLYPHS.get(character, character).casefold()
        if form:
            result += form
            offsets.append(offset)
    return result, offsets
