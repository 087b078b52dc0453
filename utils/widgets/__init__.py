"""Explorers: pictures with controls, a module for each kind, all of them made by `panel.py`.

| explorer | notebook | its twin without a kernel |
|---|---|---|
| `explorer_widget` | 00 | `Explorer.picture`, `Explorer.tree` |
| `next_token_explorer` | 01 | `next_token_bars` |
| `cache_stepper` | 01 | `kv_cache_strip` |
| `memory_planner` | 02 | `memory_bar` |
| `sampling_dashboard` | 03 | `survivors_side_by_side`, `stick` |
| `beam_explorer` | 03 | `beam_tree` |
| `speculation_trace` | 04 | `speculation_stream` |
| `guardrail_inspector` | 05 | `rails_track`, `token_grid`, `roc_and_confusion` |
| `attention_inspector` | 06 | `attention_map` |
| `live` | anywhere | the picture that it is given |

An explorer shows what it is given: the learner's own functions, or what they recorded. It answers no exercise.
"""
