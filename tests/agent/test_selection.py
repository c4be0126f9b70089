"""Which tools a model is offered: what it looked for, tried, or what the message is about."""

from agent.selection import TOKEN_BUDGET, select_tools
from tools.catalog import catalog
from tools.context import Asker


def names(anna: Asker, words: str, *asked: str, before: tuple[str, ...] = ()) -> list[str]:
    chosen = select_tools(catalog(), anna, words, [], asked, before)
    assert sum(map(catalog().tokens, chosen)) <= TOKEN_BUDGET
    return [t.name for t in chosen]


def test_what_was_found_or_tried_has_room_whatever_was_offered_before(anna: Asker) -> None:
    wide = tuple(n for n in catalog().tools if n.startswith(("find_", "summarize_")))
    first = names(anna, "Lose, Kooperativen, Röstereien, Sendungen und Geschäfte")
    wanted = ("confirm_statement", "cost_standing", "stock_position")
    assert not set(wanted) & set(first)
    later = names(anna, "Lose, Kooperativen, Röstereien", *wanted, before=(*first, *wide))
    assert set(wanted) <= set(later)


def test_a_question_on_rules_is_offered_what_answers_it(anna: Asker) -> None:
    for text in ("Do 19 bags need an EUDR statement?", "Wie hoch ist die Kaffeesteuer in Japan?"):
        assert {"search_documents", "answer_from_documents"} <= set(names(anna, text))


def test_a_topic_is_enough_to_be_offered_a_tool(anna: Asker) -> None:
    assert "stock_position" in names(anna, "Stock position by cooperative as Excel please")
    assert "cost_standing" in names(anna, "what will the demurrage of SH-26-003 be")
    assert "offer_lot" in names(anna, "wir haben Vits 10 Sack angeboten")
