"""What Slack's buttons, notices and pages say, in three languages."""

from tools.errors import Said

SLACK: dict[str, Said] = {
    "approve": Said(de="Freigeben", en="Approve", es="Aprobar"),
    "edit": Said(de="Bearbeiten", en="Edit", es="Editar"),
    "reject": Said(de="Ablehnen", en="Reject", es="Rechazar"),
    "undo": Said(de="Rückgängig", en="Undo", es="Deshacer"),
    "acknowledge": Said(de="Gesehen", en="Seen to", es="Visto"),
    "acknowledged": Said(de="Vermerkt: gesehen.", en="Noted: seen to.", es="Anotado: visto."),
    "cancel": Said(de="Abbrechen", en="Cancel", es="Cancelar"),
    "send": Said(de="Vorschlagen", en="Propose", es="Proponer"),
    "card": Said(
        de="Freigabe {number} · {what}", en="Approval {number} · {what}", es="Aprobación {number} · {what}"
    ),
    "until": Said(de="Offen bis {when}.", en="Open until {when}.", es="Pendiente hasta {when}."),
    "approved": Said(
        de="Freigegeben von {who}, {when}.", en="Approved by {who}, {when}.", es="Aprobada por {who}, {when}."
    ),
    "rejected": Said(
        de="Abgelehnt von {who}, {when}.", en="Rejected by {who}, {when}.", es="Rechazada por {who}, {when}."
    ),
    "carrying_out": Said(
        de="Wird gerade ausgeführt.", en="It is being carried out.", es="Se está ejecutando."
    ),
    "done": Said(de="Ausgeführt {when}.", en="Carried out {when}.", es="Ejecutada {when}."),
    "not_done": Said(
        de="Nicht ausgeführt: {reason}", en="Not carried out: {reason}", es="No ejecutada: {reason}"
    ),
    "dropped": Said(
        de="Nicht ausgeführt: es ist mehrmals abgebrochen. Frag einfach noch einmal.",
        en="Not carried out: it broke off several times. Just ask again.",
        es="No ejecutada: se interrumpió varias veces. Vuelve a pedirlo.",
    ),
    "because": Said(de="Grund: {reason}", en="Reason: {reason}", es="Motivo: {reason}"),
    "expired": Said(
        de="Abgelaufen, nichts ist geschehen. Frag einfach noch einmal.",
        en="Expired, nothing was done. Just ask again.",
        es="Vencida, no se hizo nada. Vuelve a pedirlo.",
    ),
    "superseded": Said(
        de="Überholt: eine neuere Anfrage ändert dasselbe.",
        en="Superseded: a newer request changes the same thing.",
        es="Reemplazada: una solicitud más reciente cambia lo mismo.",
    ),
    "why_not": Said(de="Warum nicht?", en="Why not?", es="¿Por qué no?"),
    "private": Said(
        de="Darin stehen Preise oder persönliche Daten; ich habe dir die Antwort direkt geschickt.",
        en="This holds prices or personal data; I have sent you the answer directly.",
        es="Contiene precios o datos personales; te he enviado la respuesta directamente.",
    ),
    "more_rows": Said(
        de="{shown} von {total} Zeilen; schreib „mehr“ für die nächsten.",
        en="{shown} of {total} rows; write “more” for the next.",
        es="{shown} de {total} filas; escribe «más» para ver las siguientes.",
    ),
    "whole_table": Said(
        de="Die ganze Tabelle als Datei.", en="The whole table as a file.", es="La tabla completa como archivo."
    ),
    "good": Said(de="Gute Antwort", en="Good answer", es="Buena respuesta"),
    "bad": Said(de="Schlechte Antwort", en="Bad answer", es="Mala respuesta"),
    "thanks": Said(
        de="Danke, das steht jetzt bei der Antwort.",
        en="Thank you, it is kept with the answer.",
        es="Gracias, queda guardado con la respuesta.",
    ),
    "not_known": Said(
        de="Ich kenne dich noch nicht: {email} gehört zu keinem aktiven Teammitglied. Ein Admin kann dich aufnehmen oder deine Slack-ID {user} bei dir eintragen.",
        en="I do not know you yet: {email} belongs to no active team member. An admin can add you, or enter your Slack ID {user}.",
        es="Todavía no te conozco: {email} no pertenece a ningún miembro activo. Un administrador puede añadirte o registrar tu ID de Slack {user}.",
    ),
    "not_confirmed": Said(
        de="Deine E-Mail-Adresse ist in Slack nicht bestätigt. Bestätige sie dort; oder ein Admin trägt deine Slack-ID {user} bei dir ein.",
        en="Your e-mail address is not confirmed in Slack. Confirm it there, or an admin enters your Slack ID {user}.",
        es="Tu correo no está confirmado en Slack. Confírmalo allí, o un administrador registra tu ID de Slack {user}.",
    ),
    "outsider": Said(
        de="Ich arbeite nur mit Mitgliedern dieses Teams, nicht mit Gästen oder anderen Firmen.",
        en="I work with members of this team only, not with guests or other companies.",
        es="Solo trabajo con miembros de este equipo, no con invitados ni otras empresas.",
    ),
    "shared_channel": Said(
        de="In Kanälen, die mit anderen Firmen geteilt sind, arbeite ich nicht. Schreib mir direkt.",
        en="I do not work in channels shared with other companies. Write to me directly.",
        es="No trabajo en canales compartidos con otras empresas. Escríbeme directamente.",
    ),
    "first_admin": Said(
        de="Willkommen, {name}. Du verwaltest diesen Slack, also bist du jetzt der erste Admin. Nimm dein Team auf: „füge jana@firma.de als analyst hinzu“.",
        en="Welcome, {name}. You run this Slack, so you are now the first admin. Add your team: “add jana@company.com as analyst”.",
        es="Bienvenido, {name}. Administras este Slack, así que ahora eres el primer administrador. Añade a tu equipo: «añade a jana@empresa.com como analista».",
    ),
    "hello": Said(
        de="Hallo {name}. Frag mich nach Losen, Ladungen, Kooperativen und Röstern, oder sag mir, was ich eintragen soll.",
        en="Hello {name}. Ask me about lots, shipments, cooperatives and roasters, or tell me what to enter.",
        es="Hola {name}. Pregúntame por lotes, embarques, cooperativas y tostadores, o dime qué registrar.",
    ),
    "home_today": Said(de="Heute", en="Today", es="Hoy"),
    "home_open": Said(de="Offene Freigaben", en="Open approvals", es="Aprobaciones pendientes"),
    "home_recent": Said(de="Zuletzt geändert", en="Recently changed", es="Cambios recientes"),
    "home_none": Said(de="Nichts offen.", en="Nothing open.", es="Nada pendiente."),
    "home_try": Said(de="Frag zum Beispiel", en="Try asking", es="Prueba a preguntar"),
    "demo": Said(
        de="Demo: Geschäftszahlen sind erfunden.",
        en="Demo: business figures are invented.",
        es="Demo: las cifras son inventadas.",
    ),
    "about_message": Said(
        de="Was soll ich mit dieser Nachricht tun?",
        en="What shall I do with this message?",
        es="¿Qué hago con este mensaje?",
    ),
    "ask": Said(de="Fragen", en="Ask", es="Preguntar"),
    "question": Said(de="Deine Frage", en="Your question", es="Tu pregunta"),
    "too_large": Said(
        de="{name} ist zu groß ({size} MB, höchstens {most}).",
        en="{name} is too large ({size} MB, at most {most}).",
        es="{name} es demasiado grande ({size} MB, máximo {most}).",
    ),
    "not_fetched": Said(
        de="{name} konnte ich nicht lesen; schick die Datei bitte noch einmal.",
        en="I could not read {name}; please send the file again.",
        es="No pude leer {name}; envía el archivo de nuevo.",
    ),
    "not_sent": Said(
        de="{name} ließ sich hier nicht hochladen. Frag noch einmal; bleibt es dabei, fehlt der App das Recht „files:write“, oder der Workspace lässt keine Dateien zu.",
        en="{name} could not be uploaded here. Ask again; if it stays like this, the app lacks the scope “files:write”, or the workspace allows no files.",
        es="{name} no se pudo subir aquí. Vuelve a pedirlo; si persiste, a la app le falta el permiso «files:write» o el espacio no admite archivos.",
    ),
    "changed_by_you": Said(
        de="Bearbeiteter Vorschlag: {what}", en="Edited proposal: {what}", es="Propuesta editada: {what}"
    ),
    "day": Said(de="Was steht heute an?", en="What is on today?", es="¿Qué hay para hoy?"),
    "help": Said(de="Hilfe", en="Help", es="Ayuda"),
    "prompt_followups": Said(
        de="Welche Wiedervorlagen sind diese Woche fällig?",
        en="Which follow-ups are due this week?",
        es="¿Qué seguimientos vencen esta semana?",
    ),
    "prompt_late": Said(
        de="Welche Ladungen sind verspätet?", en="Which shipments are delayed?", es="¿Qué embarques están retrasados?"
    ),
    "prompt_organic": Said(
        de="Welche Bio-Lose haben wir?", en="Which organic lots do we have?", es="¿Qué lotes orgánicos tenemos?"
    ),
    "prompt_approvals": Said(
        de="Welche Freigaben sind offen?", en="Which approvals are open?", es="¿Qué aprobaciones están pendientes?"
    ),
    "prompt_team": Said(de="Wer ist im Team?", en="Who is in the team?", es="¿Quién está en el equipo?"),
    "broke": Said(
        de="Das hat nicht geklappt; ich habe es vermerkt. Versuch es bitte noch einmal.",
        en="That did not work; I have noted it. Please try again.",
        es="Eso no funcionó; lo he anotado. Inténtalo de nuevo.",
    ),
    "not_here": Said(
        de="Das gehört zu nichts, was ich hier noch kenne. Frag einfach noch einmal.",
        en="That belongs to nothing I still know here. Just ask again.",
        es="Eso no corresponde a nada que aún conozca aquí. Vuelve a pedirlo.",
    ),
    "not_open": Said(
        de="Freigabe {number} gibt es hier nicht, oder sie ist nicht mehr offen.",
        en="There is no approval {number} here, or it is no longer open.",
        es="La aprobación {number} no existe aquí o ya no está pendiente.",
    ),
}  # fmt: skip
