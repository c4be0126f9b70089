"""Text on its way to Slack: it pings nobody, links nowhere, loads nothing, and is never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.slack.text import inert, markdown, mrkdwn, pieces, plain, shortened
from tests.attack.world import addresses


@pytest.mark.parametrize("draw", [mrkdwn, markdown])
@pytest.mark.parametrize(
    "evil",
    [
        "<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S123>", "<@U123>", "<#C123|x>",
        "@channel now", "@HERE", "![x](https://evil.invalid/p.png)",
    ],
)  # fmt: skip
def test_nothing_in_it_calls_anybody_or_loads_anything(draw: object, evil: str) -> None:
    drawn = str(draw(f"see {evil} please"))  # type: ignore[operator]
    assert "<!" not in drawn
    assert "<@" not in drawn
    assert "<#" not in drawn
    assert "evil.invalid" not in drawn
    assert not any(f"@{w}" in drawn.lower() for w in ("channel", "here", "everyone"))


def test_a_links_address_is_to_be_seen() -> None:
    assert mrkdwn("[our site](https://a.example/x)") == "our site (https://a.example/x)"


def test_markup_of_a_model_becomes_slacks() -> None:
    assert mrkdwn("# Lots\n**two** & a\n- one") == "*Lots*\n*two* &amp; a\n• one"
    assert plain("a <b> & c") == "a <b> & c"


@given(st.text(max_size=400), st.integers(min_value=2, max_value=60))
def test_pieces_hold_every_word_and_fit(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(0 < len(p) <= most for p in found)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert len(shortened(text, most)) <= most


@pytest.mark.parametrize(
    "address",
    ["https://evil.invalid/x?d=8.40", "www.evil.invalid", "//evil.invalid/a.png", "evil.invalid/b",
     "javascript:alert(1)", "ftp://evil.invalid"],
)  # fmt: skip
def test_an_address_made_inert_reads_as_before_and_is_none(address: str) -> None:
    drawn = inert(f"see {address} there, 8.40 EUR")
    assert not addresses(drawn)
    assert drawn.replace("\u2060", "") == f"see {address} there, 8.40 EUR"
    assert "8.40 EUR" in drawn
