"""Orders that follow the examples tools of their own declare, and what only looks like one."""

import pytest

from db.enums import LOCALES, Locale
from tests.agent.offline.understanding import known, understood
from tools.abilities import team
from tools.catalog import catalog

ROLES: dict[Locale, str] = {"de": "Analystin", "en": "analyst", "es": "analista"}
LANGUAGES: dict[Locale, str] = {"de": "Spanisch", "en": "Spanish", "es": "español"}
PERSON = next(k.title for k in known() if k.entity == "member")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "name", ["add_member", "change_member_role", "deactivate_member", "set_language", "link_member"]
)
def test_what_a_tool_gives_as_an_example_is_understood(name: str, locale: Locale) -> None:
    said = {
        "member": PERSON, "name": "Eva Muster", "email": "eva@demo.invalid",
        "role": ROLES[locale], "language": LANGUAGES[locale], "slack_id": "U0123ABCD",
    }  # fmt: skip
    for template in getattr(catalog().tool(name).examples, locale):
        calls, _ = understood(template.format(**said), locale)
        assert [c.tool for c in calls] == [name], template
        wanted = {"member": PERSON, "role": "analyst", "language": "es"}
        for key, value in calls[0].arguments.items():
            assert value == wanted.get(key, said[key])


CLOCKS: dict[Locale, tuple[str, str]] = {
    "de": ("8:30", "18 Uhr"), "en": ("8:30", "6pm"), "es": ("8:30", "18:00"),
}  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", ["set_my_hours", "stop_my_brief", "resume_my_brief"])
def test_hours_and_briefs_are_understood_by_their_own_examples(name: str, locale: Locale) -> None:
    early, late = CLOCKS[locale]
    said = {"brief_at": early, "quiet_from": late, "quiet_to": early}
    meant = {"brief_at": "08:30", "quiet_from": "18:00", "quiet_to": "08:30"}
    for template in getattr(catalog().tool(name).examples, locale):
        calls, _ = understood(template.format(**said), locale)
        wanted = {k: v for k, v in meant.items() if f"{{{k}}}" in template}
        assert [(c.tool, c.arguments) for c in calls] == [(name, wanted)], template


@pytest.mark.parametrize(
    "text",
    [
        "Schick mir das Morgenbriefing um 25", "Keine Nachrichten von Anna bis Luis",
        "Schick mir das Morgenbriefing um 8:75", "Send me the morning brief at 13pm",
    ],
)  # fmt: skip
def test_what_is_no_time_of_day_sets_no_hours(text: str) -> None:
    calls, said = understood(text, "en" if text.startswith("Send") else "de")
    assert not calls and said


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Mach PE-24-017 zum Admin", "de"),
        ("Mach Frau Unbekannt zum Admin", "de"),
        (f"Mach {PERSON} zum Kapitän", "de"),
        (f"Mach {PERSON} zum Admin, aber erst nächste Woche", "de"),
    ],
)
def test_an_unknown_person_role_or_condition_is_no_order(text: str, locale: Locale) -> None:
    calls, said = understood(text, locale)
    assert not [c for c in calls if c.tool in {t.name for t in team.TOOLS} and "find" not in c.tool]
    assert calls or said


@pytest.mark.parametrize(
    ("text", "locale", "arguments"),
    [
        (
            "Prices may be shown in the Slack channel C0123ABCDEF",
            "en",
            {"slack_channels": ["C0123ABCDEF"]},
        ),
        (
            "Im Slack-Kanal C0123ABCDEF dürfen Preise stehen",
            "de",
            {"slack_channels": ["C0123ABCDEF"]},
        ),
        ("Sendungen gelten ab 5 Tagen als verspätet", "de", {"delayed_after_days": 5}),
    ],
)
def test_the_companys_settings_follow_their_examples(
    text: str, locale: Locale, arguments: object
) -> None:
    calls, _ = understood(text, locale)
    assert [(c.tool, c.arguments) for c in calls] == [("change_company", arguments)]
