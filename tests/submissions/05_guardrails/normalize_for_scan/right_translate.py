# right: str.translate per character, a list of pairs
import unicodedata

HOMOGLYPHS = dict(zip(
    "аеіјорсѕухАВЕІЈКМНОРСЅТУХ" "αονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "aeijopcsyxABEIJKMHOPCSTYX" "aovpABEZHIKMNOPTYX",
))
TABLE = str.maketrans(HOMOGLYPHS)


def read(character):
    form = unicodedata.normalize("NFKC", character)
    form = "".join(c for c in form if unicodedata.category(c) != "Cf")
    return form.translate(TABLE).casefold()


def normalize_for_scan(text: str) -> tuple[str, list[int]]:
    pairs = [(c, i) for i, original in enumerate(text) for c in read(original)]
    return "".join(c for c, _ in pairs), [i for _, i in pairs]
