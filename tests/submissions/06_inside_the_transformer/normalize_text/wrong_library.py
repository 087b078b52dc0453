# wrong: calls_the_library
# The normalizer of the tokenizers library does the work.
from tokenizers.normalizers import BertNormalizer


def normalize_text(text):
    normalizer = BertNormalizer(handle_chinese_chars=False, strip_accents=True)
    return " ".join(normalizer.normalize_str(text).split())
