"""What the notebooks import: models, memory, pictures and the set-up cell.

    from utils import load_model
    with load_model("smollm2-135m") as loaded:
        loaded.model, loaded.tokenizer

`import utils` costs nothing: a name's module, and with it torch, transformers or
matplotlib, is imported when the name is first used. There is no answer to any
exercise in here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from utils.artifacts import ModelUnavailable, TermsNotAccepted
    from utils.attention import attention_map, block_map, head_grid, residual_stream
    from utils.cache import CacheReport, cache_report, clear_cache
    from utils.decoding import Traced, beam_tree, share_lines, stick, survivors_side_by_side
    from utils.draft.head import ListeningDraft, load_draft_head
    from utils.environment import check_setup
    from utils.expect import expect_close, expect_literal
    from utils.explorer import Explorer, expect_transcript
    from utils.guardrails import (
        automaton,
        law_bars,
        marked_text,
        rails_track,
        roc_and_confusion,
        token_grid,
    )
    from utils.handin import hand_in_report
    from utils.hardware import default_device, default_dtype
    from utils.memory import (
        MemoryReport,
        MemoryTimeline,
        memory_report,
        release_memory,
    )
    from utils.models import LoadedModel, load_model
    from utils.plotting import (
        Picture,
        compare,
        distribution_with_survivors,
        kv_cache_strip,
        labelled_bars,
        memory_bar,
        memory_timeline,
        next_token_bars,
        pipeline_map,
        token_strip,
    )
    from utils.rails import labelled_prompts, pii_texts, presidio
    from utils.service import ServiceParts, serve
    from utils.slots import slot_timelines
    from utils.speculation import (
        Watched,
        bar_race,
        cache_rulers,
        model_of,
        overlap_bars,
        speculation_stream,
        speedup_map,
    )
    from utils.toy import counting_model, reciting_model
    from utils.trials import complete, interval_chart, next_token_logprobs, tasks, window_chart
    from utils.widgets.attention import attention_inspector
    from utils.widgets.beams import beam_explorer
    from utils.widgets.guardrails import guardrail_inspector
    from utils.widgets.kv_cache import cache_stepper
    from utils.widgets.memory import memory_planner
    from utils.widgets.next_token import explorer_widget, next_token_explorer
    from utils.widgets.panel import live
    from utils.widgets.sampling import sampling_dashboard
    from utils.widgets.speculation import speculation_trace

_MODULE_OF = {
    "ModelUnavailable": "artifacts",
    "TermsNotAccepted": "artifacts",
    "attention_map": "attention",
    "block_map": "attention",
    "head_grid": "attention",
    "residual_stream": "attention",
    "CacheReport": "cache",
    "cache_report": "cache",
    "clear_cache": "cache",
    "ListeningDraft": "draft.head",
    "load_draft_head": "draft.head",
    "Traced": "decoding",
    "beam_tree": "decoding",
    "share_lines": "decoding",
    "stick": "decoding",
    "survivors_side_by_side": "decoding",
    "check_setup": "environment",
    "expect_close": "expect",
    "expect_literal": "expect",
    "Explorer": "explorer",
    "expect_transcript": "explorer",
    "hand_in_report": "handin",
    "default_device": "hardware",
    "default_dtype": "hardware",
    "automaton": "guardrails",
    "law_bars": "guardrails",
    "marked_text": "guardrails",
    "rails_track": "guardrails",
    "roc_and_confusion": "guardrails",
    "token_grid": "guardrails",
    "MemoryReport": "memory",
    "MemoryTimeline": "memory",
    "memory_report": "memory",
    "release_memory": "memory",
    "LoadedModel": "models",
    "load_model": "models",
    "Picture": "plotting",
    "compare": "plotting",
    "distribution_with_survivors": "plotting",
    "kv_cache_strip": "plotting",
    "labelled_bars": "plotting",
    "memory_bar": "plotting",
    "memory_timeline": "plotting",
    "next_token_bars": "plotting",
    "pipeline_map": "plotting",
    "token_strip": "plotting",
    "labelled_prompts": "rails",
    "pii_texts": "rails",
    "presidio": "rails",
    "ServiceParts": "service",
    "serve": "service",
    "slot_timelines": "slots",
    "Watched": "speculation",
    "bar_race": "speculation",
    "cache_rulers": "speculation",
    "model_of": "speculation",
    "overlap_bars": "speculation",
    "speculation_stream": "speculation",
    "speedup_map": "speculation",
    "counting_model": "toy",
    "reciting_model": "toy",
    "attention_inspector": "widgets.attention",
    "beam_explorer": "widgets.beams",
    "guardrail_inspector": "widgets.guardrails",
    "cache_stepper": "widgets.kv_cache",
    "memory_planner": "widgets.memory",
    "explorer_widget": "widgets.next_token",
    "next_token_explorer": "widgets.next_token",
    "live": "widgets.panel",
    "sampling_dashboard": "widgets.sampling",
    "speculation_trace": "widgets.speculation",
    "complete": "trials",
    "interval_chart": "trials",
    "next_token_logprobs": "trials",
    "tasks": "trials",
    "window_chart": "trials",
}
__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"utils.{_MODULE_OF[name]}"), name)
    globals()[name] = value  # the next look-up is an ordinary one
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
