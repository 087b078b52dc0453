# wrong: offsets_inverted
# For each original character its place in the result.
import unicodedata

HOMOGLYPHS = dict(zip(
    "аеіјорсѕухАВЕІЈКМНОРСЅТУХ" "αονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "aeijopcsyxABEIJKMHOPCSTYX" "aovpABEZHIKMNOPTYX",
))



def normalize_for_scan(text):
    result, places = "", []
    for original in text:
        places.append(len(result))
        for character in unicodedata.normalize("NFKC", original):
            if unicodedata.category(character) != "Cf":
                result += HOMOGLYPHS.get(character, character).casefold()
    return result, places
