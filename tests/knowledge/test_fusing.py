"""Ranks of several searches become one order."""

from knowledge.fusing import fused


def test_what_stands_in_one_language_is_not_behind_what_stands_in_three() -> None:
    lists = {"words:de": ["ours", "law"], "words:en": ["law"], "words:es": ["law"]}
    weights = {"words:de": 1.0, "words:en": 0.6, "words:es": 0.6}
    assert fused(lists, weights, 5) == [("ours", 1 / 6), ("law", 1 / 7)]


def test_different_searches_add_up_and_no_weight_counts_nothing() -> None:
    lists = {"words:de": ["a", "b"], "dense": ["b"], "refs": ["c"]}
    found = dict(fused(lists, {"words:de": 1.0, "dense": 1.0}, 5))
    assert found["b"] > found["a"]
    assert "c" not in found
