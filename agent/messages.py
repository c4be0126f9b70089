"""Our own sentences, once each, in three languages. A tool's sentences live with the tool."""

from tools.errors import Said

MESSAGES: dict[str, Said] = {
    "record": Said(de="Datensatz", en="Record", es="Registro"),
    "field": Said(de="Feld", en="Field", es="Campo"),
    "before": Said(de="vorher", en="before", es="antes"),
    "after": Said(de="nachher", en="after", es="después"),
    "sources": Said(de="Quellen: {listed}", en="Sources: {listed}", es="Fuentes: {listed}"),
    "undo_number": Said(
        de="Mach die Änderung {number} rückgängig",
        en="Undo change {number}",
        es="Deshaz el cambio {number}",
    ),
    "thinking": Said(de="Ich denke nach …", en="Thinking …", es="Pensando …"),
    "looking": Said(
        de="Ich sehe nach: {what} …", en="Looking up: {what} …", es="Buscando: {what} …"
    ),
    "writing": Said(
        de="Ich trage ein: {what} …", en="Writing: {what} …", es="Registrando: {what} …"
    ),
    "checking": Said(
        de="Ich prüfe die Zahlen …", en="Checking the figures …", es="Verificando las cifras …"
    ),
    "please_approve": Said(
        de="Bitte prüfe genau diese Änderung und gib sie frei oder lehne sie ab.",
        en="Please check exactly this change, then approve or reject it.",
        es="Revisa exactamente este cambio y apruébalo o recházalo.",
    ),
    "why_external": Said(
        de="Das verlässt das Haus.", en="This leaves the house.", es="Esto sale de la casa."
    ),
    "why_always": Said(
        de="Diese Art Änderung braucht immer eine Freigabe.",
        en="This kind of change always needs an approval.",
        es="Este tipo de cambio siempre necesita aprobación.",
    ),
    "why_tainted": Said(
        de="In dieser Anfrage ist Text von außen im Spiel.",
        en="Text from outside is part of this request.",
        es="En esta solicitud hay texto de fuera.",
    ),
    "why_fallback": Said(
        de="Das gewählte Modell war nicht erreichbar; ein Ersatz hat geantwortet.",
        en="The chosen model was unavailable; a substitute answered.",
        es="El modelo elegido no estaba disponible; respondió un sustituto.",
    ),
    "why_doubtful": Said(
        de="So habe ich deine Nachricht gelesen; ganz sicher ist das nicht.",
        en="This is how I read your message; it is not quite certain.",
        es="Así he leído tu mensaje; no es del todo seguro.",
    ),
    "why_too_many": Said(
        de="Das sind mehr als drei Änderungen auf einmal.",
        en="These are more than three changes at once.",
        es="Son más de tres cambios a la vez.",
    ),
    "why_unnamed_record": Said(
        de="Der Datensatz steht so nicht in deiner Nachricht.",
        en="Your message does not name this record.",
        es="Tu mensaje no nombra este registro.",
    ),
    "why_unnamed_value": Said(
        de="Ein Wert steht so nicht in deiner Nachricht.",
        en="Your message does not say one of the values.",
        es="Tu mensaje no dice uno de los valores.",
    ),
    "why_not_ordered": Said(
        de="Deine Nachricht sagt nicht, dass das geschehen soll.",
        en="Your message does not say that this should be done.",
        es="Tu mensaje no dice que esto deba hacerse.",
    ),
    "approved_by": Said(
        de="Freigegeben von {who}.", en="Approved by {who}.", es="Aprobado por {who}."
    ),
    "rejected_because": Said(
        de="Abgelehnt von {who}: {reason} Es wurde nichts geändert.",
        en="Rejected by {who}: {reason} Nothing was changed.",
        es="Rechazado por {who}: {reason} No se cambió nada.",
    ),
    "rejected_by": Said(
        de="Abgelehnt von {who}. Es wurde nichts geändert.",
        en="Rejected by {who}. Nothing was changed.",
        es="Rechazado por {who}. No se cambió nada.",
    ),
    "unbacked": Said(
        de="(Ein Satz entfällt: Für „{figure}“ habe ich keine Quelle.)",
        en="(A sentence was left out: I have no source for “{figure}”.)",
        es="(Se omitió una frase: no tengo fuente para «{figure}».)",
    ),
    "nearest": Said(
        de="Ähnlich heißen: {choices}.",
        en="Similar names: {choices}.",
        es="Nombres parecidos: {choices}.",
    ),
    "an_address": Said(de="eine Adresse", en="an address", es="una dirección"),
    "fallback": Said(
        de="Hinweis: {first} ist nicht erreichbar, ich antworte mit {second}.",
        en="Note: {first} is unavailable, I am answering with {second}.",
        es="Nota: {first} no está disponible, respondo con {second}.",
    ),
    "model_failed": Said(
        de="Das Modell antwortet gerade nicht ({kind}). Es wurde nichts geändert; versuche es gleich noch einmal.",
        en="The model is not answering right now ({kind}). Nothing was changed; try again in a moment.",
        es="El modelo no responde en este momento ({kind}). No se cambió nada; inténtalo de nuevo en un momento.",
    ),
    "model_failed_after": Said(
        de="Das Modell antwortet nicht mehr ({kind}). Was oben als geändert steht, ist gespeichert.",
        en="The model stopped answering ({kind}). What is shown above as changed has been saved.",
        es="El modelo dejó de responder ({kind}). Lo que arriba figura como cambiado está guardado.",
    ),
    "cut_short": Said(
        de="(Die Antwort brach hier ab.)",
        en="(The answer broke off here.)",
        es="(La respuesta se cortó aquí.)",
    ),
    "budget_steps": Said(
        de="Ich bin nach {count} Schritten nicht fertig geworden und höre hier auf. Frag bitte enger.",
        en="I was not done after {count} steps and stop here. Please ask more narrowly.",
        es="No terminé después de {count} pasos y me detengo aquí. Pregunta algo más concreto.",
    ),
    "budget_loop": Said(
        de="Ich drehe mich im Kreis (derselbe Aufruf mehrfach) und höre hier auf.",
        en="I am going in circles (the same call again) and stop here.",
        es="Estoy dando vueltas (la misma llamada otra vez) y me detengo aquí.",
    ),
    "budget_time": Said(
        de="Das dauert zu lange; ich höre nach {seconds} Sekunden auf.",
        en="This takes too long; I stop after {seconds} seconds.",
        es="Esto tarda demasiado; me detengo después de {seconds} segundos.",
    ),
    "budget_day": Said(
        de="Dein Tagesbudget für das Modell ist aufgebraucht; bis morgen antworte ich ohne Modell.",
        en="Your daily model budget is used up; until tomorrow I answer without a model.",
        es="Tu presupuesto diario del modelo se agotó; hasta mañana respondo sin modelo.",
    ),
    "stopped": Said(de="Abgebrochen.", en="Stopped.", es="Detenido."),
    "too_long": Said(
        de="Die Nachricht ist zu lang ({size} Zeichen; höchstens {limit}). Bitte kürze sie oder lade eine Datei.",
        en="The message is too long ({size} characters; at most {limit}). Please shorten it or load a file.",
        es="El mensaje es demasiado largo ({size} caracteres; máximo {limit}). Acórtalo o carga un archivo.",
    ),
    "gave_up": Said(
        de="Diese Anfrage hat mehrfach einen Absturz verursacht; ich lasse sie liegen. Bitte formuliere sie anders.",
        en="This request crashed me several times; I am leaving it. Please put it differently.",
        es="Esta solicitud me hizo fallar varias veces; la dejo. Formúlala de otra manera.",
    ),
    "file_not_saved": Said(
        de="Nicht geschrieben nach {folder}: {names}. Frag noch einmal, wenn dort Platz und Schreibrecht ist.",
        en="Not written to {folder}: {names}. Ask again once there is room and permission to write.",
        es="No se escribió en {folder}: {names}. Vuelve a pedirlo cuando haya espacio y permiso de escritura.",
    ),
    "database_down": Said(
        de="Die Datenbank ist gerade nicht erreichbar. Deine Nachricht ist nicht verloren; ich versuche es weiter.",
        en="The database cannot be reached right now. Your message is not lost; I keep trying.",
        es="La base de datos no está disponible en este momento. Tu mensaje no se pierde; sigo intentando.",
    ),
    "demo": Said(
        de="Demo-Daten: Firmen und Orte sind echt, Personen und Geschäftszahlen erfunden.",
        en="Demo data: companies and places are real, people and business figures are invented.",
        es="Datos de demostración: empresas y lugares son reales, personas y cifras son inventadas.",
    ),
    "done": Said(de="Erledigt.", en="Done.", es="Hecho."),
    "nothing_said": Said(
        de="Was möchtest du wissen?",
        en="What would you like to know?",
        es="¿Qué te gustaría saber?",
    ),
}


def say(key: str, locale: str, **values: object) -> str:
    """Return one of our sentences in a language; an unknown key is a programming error."""
    sentence = MESSAGES[key]
    return sentence.format("de" if locale == "de" else "es" if locale == "es" else "en", **values)
