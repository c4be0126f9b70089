"""Questions asked before: they stand where they say, are in step with what ships, and help."""

import pytest

from db.enums import LOCALES, Locale
from db.session import Database
from knowledge import corpus_file, judging, precedent
from knowledge.precedent import Precedent
from knowledge.question import Question
from tests.questions import learn

WRITTEN = precedent.written()
ASKED = [
    Precedent("one", "en", "How much is the coffee tax?", ("tax", "1", "§ 2"), ""),
    Precedent(
        "one", "en", "Which form is the coffee tax return on?", ("tax", "", "§ 2"), "the form"
    ),
    Precedent("two", "de", "Wie hoch ist die Kaffeesteuer?", ("tax", "1", "§ 2"), ""),
    Precedent("two", "de", "Wer entlädt den Container?", ("port", "1", "3"), ""),
]


def test_what_was_learned_is_learned_from_what_is_written() -> None:
    """Red: run `python -m tests.questions.learn`."""
    assert judging.shipped().made_of == learn.made_of(WRITTEN)
    assert len(precedent.shipped().lacks) == len(WRITTEN)


def test_every_question_stands_at_a_unit_of_the_corpus() -> None:
    units = {
        (file.work_key, file.version, unit.locator)
        for file in corpus_file.shipped()
        for unit in file.units
    }
    answered = {p.place for p in WRITTEN if not p.lacks}
    assert answered == units, "a unit nobody asks about, or a question about none"
    assert {(p.place[0], p.place[2]) for p in WRITTEN} <= {(w, lo) for w, _, lo in units}


def test_nobody_asks_twice_in_the_same_words() -> None:
    said = [(p.lang, p.question.casefold()) for p in WRITTEN]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("lang", LOCALES)
def test_a_question_asked_before_is_most_like_itself(lang: Locale) -> None:
    asked = next(p for p in WRITTEN if p.lang == lang and not p.lacks)
    like = precedent.shipped().like(Question(asked.question, lang))
    assert like.places(1) == [asked.place]
    assert like.most == pytest.approx(1.0, abs=0.02)


def test_likeness_reaches_across_languages_and_knows_what_is_not_there() -> None:
    index = precedent.Precedents.from_stored(precedent.made(ASKED).stored())
    like = index.like(Question("¿Cuánto es el impuesto al café?", "es"))
    assert like.places(1) == [("tax", "1", "§ 2")]
    form = index.like(Question("Which form is it for the coffee tax?", "en"))
    assert form.lacks == "the form" and form.most_near > form.most
    alone = index.like(Question("How much is the coffee tax?", "en"), without="one")
    assert 0 < alone.most < 0.99 and not alone.near
    assert index.like(Question("Ey?", "en")).places(3) == []
    assert like.without("tax", "§ 2").answered == {}


async def test_learning_runs_over_what_the_product_finds(knowing: Database) -> None:
    some = [p for p in WRITTEN if p.asker in {"owner", "trainee"} and p.place[0] == "kaffeestg"]
    answered, nowhere = (
        [p for p in some if bool(p.lacks) is lacks][::12] for lacks in (False, True)
    )
    index = precedent.made([*answered, *nowhere])
    time = learn.of_time(WRITTEN[::3])
    done = await learn.examples(knowing, [*answered, *nowhere], index, time)
    assert all(not any(e.right) for e in done if e.precedent.lacks)
    assert sum(any(e.right) for e in done) >= len(answered) / 2
    judge = judging.Judge.from_stored(learn.learned(done, "these", time).stored())
    assert judge.made_of == "these"
    assert judge.pair.weights and judge.question.weights
    example = next(e for e in done if any(e.right))
    judged = judging.judged(example.question, example.fits, example.like, judge)
    assert [f.likely for f in judged.fits] == sorted((f.likely for f in judged.fits), reverse=True)
    assert 0 < judged.fits[0].likely < 1
