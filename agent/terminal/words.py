"""What the terminal says of itself, in three languages."""

from tools.errors import Said

TERMINAL: dict[str, Said] = {
    "welcome": Said(
        de="Hallo {name}. Frag mich etwas, oder tippe /help. Ende mit /quit.",
        en="Hello {name}. Ask me something, or type /help. Leave with /quit.",
        es="Hola {name}. Pregúntame algo o escribe /help. Sal con /quit.",
    ),
    "too_large": Said(
        de="„{name}“ ist zu groß; ich nehme Dateien bis {most} MB.",
        en="“{name}” is too large; I take files of up to {most} MB.",
        es="«{name}» es demasiado grande; acepto archivos de hasta {most} MB.",
    ),
    "try": Said(de="Zum Beispiel:", en="For example:", es="Por ejemplo:"),
    "undo_hint": Said(
        de="/undo nimmt das zurück", en="/undo takes this back", es="/undo lo deshace"
    ),
    "more_rows": Said(
        de="{shown} von {total} Zeilen; „mehr“ zeigt die nächsten",
        en="{shown} of {total} rows; “more” shows the next",
        es="{shown} de {total} filas; «más» muestra las siguientes",
    ),
    "card": Said(de="Freigabe {number}", en="Approval {number}", es="Aprobación {number}"),
    "card_pending": Said(de="Offen.", en="Open.", es="Pendiente."),
    "card_approved": Said(de="Freigegeben.", en="Approved.", es="Aprobada."),
    "card_rejected": Said(de="Abgelehnt.", en="Rejected.", es="Rechazada."),
    "card_expired": Said(de="Abgelaufen.", en="Expired.", es="Vencida."),
    "card_superseded": Said(de="Überholt.", en="Superseded.", es="Reemplazada."),
    "decide": Said(
        de="Freigeben? [j]a, [n]ein, [s]päter: ",
        en="Approve? [y]es, [n]o, [l]ater: ",
        es="¿Aprobar? [s]í, [n]o, [m]ás tarde: ",
    ),
    "why_not": Said(
        de="Warum nicht (leer = ohne Grund): ",
        en="Why not (empty = no reason): ",
        es="¿Por qué no? (vacío = sin motivo): ",
    ),
    "yes": Said(de="j,ja", en="y,yes", es="s,si,sí"),
    "no": Said(de="n,nein", en="n,no", es="n,no"),
    "later": Said(
        de="Bleibt offen; /open zeigt offene Freigaben.",
        en="Left open; /open lists open approvals.",
        es="Queda pendiente; /open muestra las pendientes.",
    ),
    "bye": Said(de="Bis bald.", en="See you.", es="Hasta pronto."),
    "stopping": Said(de="Ich breche ab …", en="Stopping …", es="Deteniendo …"),
    "no_open": Said(
        de="Keine offenen Freigaben.", en="No open approvals.", es="No hay aprobaciones pendientes."
    ),
    "unknown_command": Said(
        de="{command} kenne ich nicht. /help zeigt alle Befehle.",
        en="I do not know {command}. /help lists all commands.",
        es="No conozco {command}. /help muestra todos los comandos.",
    ),
    "help": Said(
        de="/help  was ich kann · /undo  letzte Änderung zurücknehmen · /history DATENSATZ  wer was änderte · /open  offene Freigaben · /approve NR · /reject NR · /quit  Ende (Strg-C bricht die Antwort ab)",
        en="/help  what I can do · /undo  take back the last change · /history RECORD  who changed what · /open  open approvals · /approve NO · /reject NO · /quit  leave (Ctrl-C stops the answer)",
        es="/help  qué puedo hacer · /undo  deshacer el último cambio · /history REGISTRO  quién cambió qué · /open  aprobaciones pendientes · /approve N.º · /reject N.º · /quit  salir (Ctrl-C detiene la respuesta)",
    ),
    "undo_request": Said(
        de="Mach die letzte Änderung rückgängig",
        en="Undo the last change",
        es="Deshaz el último cambio",
    ),
    "help_request": Said(de="Hilfe", en="Help", es="Ayuda"),
    "history_request": Said(
        de="Wer hat {record} geändert und wann?",
        en="Who changed {record} and when?",
        es="¿Quién cambió {record} y cuándo?",
    ),
}
