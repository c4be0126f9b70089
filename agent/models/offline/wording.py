"""Every sentence the offline planner says, once each, in three languages."""

from db.enums import Locale
from tools.errors import Said

SENTENCES: dict[str, Said] = {
    "greet": Said(
        de="Hallo! Frag mich nach dem Bestand oder sag mir, was ich eintragen soll. Zum Beispiel:",
        en="Hello! Ask me about our records or tell me what to enter. For example:",
        es="¡Hola! Pregúntame por los registros o dime qué anotar. Por ejemplo:",
    ),
    "thanks": Said(de="Gern.", en="You are welcome.", es="De nada."),
    "help": Said(
        de="Ich kenne: {nouns}. Ich liste, zähle, rechne zusammen, zeige, lege an und ändere. "
        "Zum Beispiel:",
        en="I know: {nouns}. I list, count, add up, show, create and change. For example:",
        es="Conozco: {nouns}. Listo, cuento, sumo, muestro, creo y cambio. Por ejemplo:",
    ),
    "miss": Said(
        de="Das habe ich nicht verstanden.",
        en="I did not understand that.",
        es="No he entendido eso.",
    ),
    "recognised": Said(
        de="Erkannt habe ich: {parts}.", en="I recognised: {parts}.", es="Reconocí: {parts}."
    ),
    "unread": Said(
        de="Nicht erkannt: {parts}.", en="Not recognised: {parts}.", es="Sin reconocer: {parts}."
    ),
    "noted": Said(
        de="„{part}“ steht nur in der Notiz; ein Geschäft oder eine Reservierung ist damit nicht "
        "angelegt.",
        en="“{part}” stands in the note only; no deal or reservation is made of it.",
        es="«{part}» queda solo en la nota; con eso no se crea ninguna venta ni reserva.",
    ),
    "one_unit": Said(
        de="Preise gibt es in {units}; hier sind die in {unit}.",
        en="Prices are held in {units}; these are the ones in {unit}.",
        es="Hay precios en {units}; estos son los que están en {unit}.",
    ),
    "would_run": Said(de="Das ginge:", en="These would work:", es="Esto funcionaría:"),
    "needs_model": Said(
        de="Freie Texte, E-Mail-Entwürfe, eingefügte Dokumente und Angedeutetes brauchen ein "
        "Sprachmodell (COFFEESTUDIO_MODEL).",
        en="Free prose, e-mail drafts, pasted documents and implied wishes need a model "
        "(COFFEESTUDIO_MODEL).",
        es="Los textos libres, borradores de correo, documentos pegados e intenciones implícitas "
        "necesitan un modelo (COFFEESTUDIO_MODEL).",
    ),
    "pasted": Said(
        de="Das ist ein langer oder eingefügter Text; ohne Sprachmodell werte ich ihn nicht aus. "
        "Sag mir in einem Satz, was ich tun soll.",
        en="This is a long or pasted text; without a model I do not interpret it. "
        "Tell me in one sentence what to do.",
        es="Es un texto largo o pegado; sin un modelo no lo interpreto. "
        "Dime en una frase qué debo hacer.",
    ),
    "empty": Said(
        de="Was soll ich nachsehen oder eintragen?",
        en="What should I look up or enter?",
        es="¿Qué debo buscar o anotar?",
    ),
    "which_record": Said(
        de="Um welchen Datensatz geht es ({noun})?",
        en="Which record do you mean ({noun})?",
        es="¿De qué registro se trata ({noun})?",
    ),
    "which_of": Said(
        de="„{text}“ passt auf mehrere: {choices}. Welcher Eintrag ist gemeint?",
        en="“{text}” fits several: {choices}. Which one do you mean?",
        es="«{text}» coincide con varios: {choices}. ¿Cuál es?",
    ),
    "which_field": Said(
        de="Was soll ich bei {name} ändern, und auf welchen Wert?",
        en="What should I change for {name}, and to which value?",
        es="¿Qué debo cambiar en {name} y a qué valor?",
    ),
    "field_for_value": Said(
        de="Welche Angabe von {name} soll auf {value}: {choices}?",
        en="Which detail of {name} should become {value}: {choices}?",
        es="¿Qué dato de {name} debe pasar a {value}: {choices}?",
    ),
    "which_value": Said(
        de="Auf welchen Wert soll ich „{field}“ von {name} setzen?",
        en="Which value should “{field}” of {name} get?",
        es="¿Qué valor debe tener «{field}» de {name}?",
    ),
    "relative": Said(
        de="Welchen neuen Wert soll „{field}“ von {name} bekommen? Ich rechne nicht selbst, "
        "bitte nenn den Zielwert.",
        en="Which new value should “{field}” of {name} get? I do not calculate; please give the "
        "final value.",
        es="¿Qué valor nuevo debe tener «{field}» de {name}? No calculo; dime el valor final.",
    ),
    "only_here": Said(
        de="Das kann ich nur hier zeigen, nicht als Datei.",
        en="I can only show this here, not as a file.",
        es="Esto solo puedo mostrarlo aquí, no como archivo.",
    ),
    "which_date": Said(
        de="Nach welchem Datum soll ich gruppieren: {choices}?",
        en="By which date should I group: {choices}?",
        es="¿Por qué fecha agrupo: {choices}?",
    ),
    "no_date": Said(
        de="Bei {noun} steht kein Datum, nach dem sich gruppieren ließe. Wonach sonst?",
        en="There is no date on {noun} to group by. By what else?",
        es="En {noun} no hay ninguna fecha por la que agrupar. ¿Por qué otro dato?",
    ),
    "two_readings": Said(
        de="„{text}“ lässt sich zweifach lesen: {choices}. Welches stimmt?",
        en="“{text}” can be read in two ways: {choices}. Which one is right?",
        es="«{text}» se puede leer de dos maneras: {choices}. ¿Cuál es la correcta?",
    ),
    "which_unit": Said(
        de="In welcher Einheit gilt {value} für „{field}“, zum Beispiel EUR/kg?",
        en="In which unit is {value} for “{field}”, for example EUR/kg?",
        es="¿En qué unidad está {value} para «{field}», por ejemplo EUR/kg?",
    ),
    "missing": Said(
        de="Zum Anlegen ({noun}) fehlt noch: {fields}. Wie lautet das?",
        en="To create this ({noun}) I still need: {fields}. What is it?",
        es="Para crear esto ({noun}) falta: {fields}. ¿Cuál es?",
    ),
    "unknown_part": Said(
        de="Was ist mit „{text}“ gemeint? Das kenne ich bei {noun} nicht.",
        en="What do you mean by “{text}”? I do not know it for {noun}.",
        es="¿Qué significa «{text}»? No lo conozco para {noun}.",
    ),
    "who_is": Said(
        de="Wer ist „{text}“? Unter diesem Namen finde ich niemanden.",
        en="Who is “{text}”? I find nobody by that name.",
        es="¿Quién es «{text}»? No encuentro a nadie con ese nombre.",
    ),
    "no_earlier": Said(
        de="Worauf bezieht sich das? Ich habe noch nichts gezeigt.",
        en="What does that refer to? I have not shown anything yet.",
        es="¿A qué se refiere? Todavía no he mostrado nada.",
    ),
    "no_such_row": Said(
        de="Gezeigt habe ich {shown} Einträge; welcher ist gemeint?",
        en="I showed {shown} entries; which one do you mean?",
        es="Mostré {shown} registros; ¿cuál es?",
    ),
    "which_measure": Said(
        de="Welche Angabe soll ich berechnen: {choices}?",
        en="Which figure should I compute: {choices}?",
        es="¿Qué dato debo calcular: {choices}?",
    ),
    "field_for_number": Said(
        de="Worauf bezieht sich {value}: {choices}?",
        en="What does {value} refer to: {choices}?",
        es="¿A qué se refiere {value}: {choices}?",
    ),
    "several": Said(
        de="Das betrifft mehrere Einträge auf einmal. Welchen soll ich ändern: {choices}?",
        en="That concerns several records at once. Which one should I change: {choices}?",
        es="Eso afecta a varios registros a la vez. ¿Cuál cambio: {choices}?",
    ),
    "nearest": Said(
        de="Ähnlich: {choices}. Was ist gemeint?",
        en="Similar: {choices}. Which one do you mean?",
        es="Parecido: {choices}. ¿Cuál es?",
    ),
    "not_done": Said(
        de="Das hat nicht geklappt: {message}",
        en="That did not work: {message}",
        es="No funcionó: {message}",
    ),
    "not_done_yet": Said(
        de="Das hat nicht geklappt: {message} Wie soll es sein?",
        en="That did not work: {message} What should it be?",
        es="No funcionó: {message} ¿Cómo debe quedar?",
    ),
    "unknown_record": Said(
        de="„{text}“ finde ich nicht.", en="I cannot find “{text}”.", es="No encuentro «{text}»."
    ),
    "no_or": Said(
        de="„oder“ zwischen verschiedenen Angaben (hier {field}) geht nicht in einer Abfrage. "
        "Welche der beiden zuerst?",
        en="“or” between different details (here {field}) does not fit one request. "
        "Which of the two first?",
        es="«o» entre datos distintos (aquí {field}) no cabe en una consulta. ¿Cuál primero?",
    ),
    "done": Said(de="Erledigt.", en="Done.", es="Hecho."),
    "no_verdict": Said(
        de="Sollen die Angaben für {choices} gelten?",
        en="Do the details hold for {choices}?",
        es="¿Los datos valen para {choices}?",
    ),
}
JOINED_OR = Said(de=" oder ", en=" or ", es=" o ")


def say(key: str, locale: Locale, /, **values: object) -> str:
    """Return one of the planner's sentences in a language."""
    return SENTENCES[key].format(locale, **values)


def either(choices: list[str], locale: Locale) -> str:
    """Return choices as people list them: a, b or c."""
    if len(choices) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(choices)
    return JOINED_OR.format(locale).join([", ".join(choices[:-1]), choices[-1]])
