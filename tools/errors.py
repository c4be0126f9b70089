"""Errors by audience: the model learns what to correct, the member reads one plain sentence.

ToolError
├── InvalidArguments    the arguments do not fit the tool             next: fix
├── UnknownRecord       no record is called that                      next: fix
├── AmbiguousRecord     several records are called that               next: fix
├── NotAllowed          this member's role may not                    next: stop
└── Refused             a rule of the trade or of the house forbids   next: fix or stop
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from db.enums import Locale

Next = Literal["fix", "retry", "stop"]


@dataclass(frozen=True)
class Said:
    """One sentence in three languages; `{name}` places are filled by `format`."""

    de: str
    en: str
    es: str

    def format(self, locale: Locale, /, **values: object) -> str:
        """Return the sentence in a language with its places filled."""
        filled = {k: getattr(v, locale) if isinstance(v, Said) else v for k, v in values.items()}
        return str(getattr(self, locale)).format(**filled)

    def __add__(self, more: "Said") -> "Said":
        """Return the sentence going on with another, as both are written."""
        return Said(self.de + more.de, self.en + more.en, self.es + more.es)

    def partly(self, **values: str) -> "Said":
        """Return the sentence with some of its places filled, the same in every language."""
        de, en, es = (self._partly(s, values) for s in (self.de, self.en, self.es))
        return Said(de=de, en=en, es=es)

    @staticmethod
    def _partly(sentence: str, values: dict[str, str]) -> str:
        for name, value in values.items():
            escaped = value.replace("{", "{{").replace("}", "}}")
            sentence = sentence.replace(f"{{{name}}}", escaped)
        return sentence


NOTHING = Said("", "", "")
BLANK = Said(" ", " ", " ")


class ToolError(Exception):
    """A call could not be done.

    Attributes:
        code: stable name of the kind of error.
        said: the sentence for the member, per language.
        values: what fills the sentence's places.
        next: fix (correct and call again), retry (later), stop (tell the member).
        choices: what would have been valid, best first.
        likely: the one of them most likely meant, empty when none stands out.
    """

    def __init__(
        self,
        code: str,
        said: Said,
        *,
        next: Next,  # noqa: A002 - the design's own word, and it reads right at the call
        choices: Sequence[str] = (),
        likely: str = "",
        **values: Any,
    ) -> None:
        self.code, self.said, self.values, self.next = code, said, values, next
        self.choices, self.likely = list(choices), likely
        super().__init__(said.format("en", **values))

    def for_member(self, locale: Locale) -> str:
        """Return the sentence a member reads."""
        return self.said.format(locale, **self.values)

    def in_all_languages(self) -> dict[Locale, str]:
        """Return the member's sentence in every language, for whoever will read it."""
        locales: tuple[Locale, ...] = get_args(Locale)
        return {locale: self.for_member(locale) for locale in locales}

    def for_model(self, locale: Locale) -> dict[str, Any]:
        """Return what the model reads: the problem, what to do next, what would be valid.

        `said` is the sentence the member reads, in their language.
        """
        told: dict[str, Any] = {"error": self.code, "message": str(self), "next": self.next}
        if locale != "en":
            told["said"] = self.for_member(locale)
        told |= {"choices": self.choices} if self.choices else {}
        return told | ({"likely": self.likely} if self.likely else {})


class InvalidArguments(ToolError):  # noqa: N818 - the tree above reads as a list of kinds
    """The arguments do not fit the tool's declaration."""

    def __init__(self, said: Said, *, choices: Sequence[str] = (), **values: Any) -> None:
        super().__init__("invalid_arguments", said, next="fix", choices=choices, **values)


_UNKNOWN = Said(
    de="Ich finde {noun} „{text}“ nicht.",
    en="I cannot find {noun} “{text}”.",
    es="No encuentro {noun} «{text}».",
)
_AMBIGUOUS = Said(
    de="„{text}“ passt auf mehrere ({noun}): {choices}. Welches ist gemeint?",
    en="“{text}” fits several ({noun}): {choices}. Which one do you mean?",
    es="«{text}» coincide con varios ({noun}): {choices}. ¿Cuál es?",
)
_NOT_ALLOWED = Said(
    de="Dafür braucht es die Rolle {needed}; du hast die Rolle {role}.",
    en="That needs the role {needed}; yours is {role}.",
    es="Para eso se necesita el rol {needed}; el tuyo es {role}.",
)


class UnknownRecord(ToolError):  # noqa: N818 - see above
    """No record is called that; `choices` holds the nearest names."""

    def __init__(self, noun: Said, text: str, choices: Sequence[str] = ()) -> None:
        super().__init__(
            "unknown_record", _UNKNOWN, next="fix", choices=choices, noun=noun, text=text
        )


class AmbiguousRecord(ToolError):  # noqa: N818 - see above
    """Several records are called that; the member chooses."""

    def __init__(self, noun: Said, text: str, choices: Sequence[str]) -> None:
        said = _AMBIGUOUS.partly(choices=", ".join(choices))
        super().__init__(
            "ambiguous_record", said, next="fix", choices=choices, noun=noun, text=text
        )


class NotAllowed(ToolError):  # noqa: N818 - see above
    """The member's role may not do this; the attempt is audited."""

    def __init__(self, needed: Said, role: Said) -> None:
        super().__init__("not_allowed", _NOT_ALLOWED, next="stop", needed=needed, role=role)


class Refused(ToolError):  # noqa: N818 - see above
    """A rule forbids it; the sentence says which."""

    def __init__(
        self,
        code: str,
        said: Said,
        *,
        next: Next = "fix",  # noqa: A002 - see ToolError
        choices: Sequence[str] = (),
        **values: Any,
    ) -> None:
        super().__init__(code, said, next=next, choices=choices, **values)
