"""After the calls ran: one sentence from each result, or the question an error leaves."""

from collections.abc import Sequence

from agent.models.offline.memory import Step
from agent.models.offline.wording import either, say
from db.enums import Locale


def after_results(steps: Sequence[Step], locale: Locale) -> str:
    """Return what to say about the calls of this message."""
    return " ".join(dict.fromkeys(_said(s, locale) for s in steps))


def _said(step: Step, locale: Locale) -> str:
    if "error" in step.result:
        message = str(step.result.get("said") or step.result.get("message") or step.result["error"])
        choices = [str(c) for c in step.result.get("choices") or []]
        if message.rstrip().endswith("?"):
            return message
        if choices:
            return f"{message} {say('nearest', locale, choices=either(choices[:6], locale))}"
        key = "not_done_yet" if step.result.get("next") == "fix" else "not_done"
        return say(key, locale, message=message)
    return str(step.result.get("said") or say("done", locale))
