# wrong: calls_the_library
# The library's own prompt lookup.
from transformers.generation.candidate_generator import PromptLookupCandidateGenerator


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    lookup = PromptLookupCandidateGenerator(
        num_output_tokens=num_tokens,
        max_matching_ngram_size=max_ngram_size,
        max_length=10**6,
    )
    ids, _ = lookup.get_candidates(input_ids)
    return ids[0, input_ids.shape[1] :].clone()
