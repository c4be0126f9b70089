"""What files say of themselves, in three languages."""

from tools.errors import Said

ABOUT = Said(de="Über diese Datei", en="About this file", es="Acerca de este archivo")
AS_OF = Said(de="Stand {when} · {company}", en="As of {when} · {company}", es="A fecha de {when} · {company}")  # fmt: skip
DEMO = Said(
    de="Demo: Geschäftszahlen sind erfunden.",
    en="Demo: business figures are invented.",
    es="Demo: las cifras son inventadas.",
)
CUT = Said(
    de="{shown} von {total} Zeilen.", en="{shown} of {total} rows.", es="{shown} de {total} filas."
)
FILTERED = Said(de="Auswahl: {filters}", en="Selection: {filters}", es="Selección: {filters}")
UNKNOWN = Said(de="unbekannt", en="unknown", es="desconocido")
KNOWN = Said(de="bekannt", en="known", es="conocido")
HOLDS = Said(de="enthält", en="contains", es="contiene")
ARCHIVED = Said(de="archiviert", en="archived", es="archivados")
PAGE = Said(de="Seite {number}", en="Page {number}", es="Página {number}")

MADE: dict[str, Said] = {
    "xlsx": Said(de="Als Excel-Datei: {file}.", en="As an Excel file: {file}.", es="En Excel: {file}."),
    "csv": Said(de="Als CSV-Datei: {file}.", en="As a CSV file: {file}.", es="En CSV: {file}."),
    "pdf": Said(de="Als PDF: {file}.", en="As a PDF: {file}.", es="En PDF: {file}."),
    "chart": Said(de="Als Diagramm: {file}.", en="As a chart: {file}.", es="Como gráfico: {file}."),
}  # fmt: skip
NOT_WRITTEN = Said(
    de="Die Datei ließ sich nicht schreiben; hier steht es als Tabelle.",
    en="The file could not be written; here it is as a table.",
    es="No se pudo escribir el archivo; aquí está como tabla.",
)
NO_CHART = Said(
    de="Ein Diagramm geht hier nicht: {why} Hier steht es als Tabelle.",
    en="A chart does not work here: {why} Here it is as a table.",
    es="Aquí no cabe un gráfico: {why} Aquí está como tabla.",
)
NO_FIGURE = Said(
    de="es stehen nur Texte darin, keine Zahl.",
    en="it holds texts only, no figure.",
    es="solo contiene textos, ninguna cifra.",
)
WHICH_FIGURE = Said(
    de="es ist nicht gesagt, welche Zahl ({fields}).",
    en="it is not said which figure ({fields}).",
    es="no se dice qué cifra ({fields}).",
)
ONE_FIGURE = Said(
    de="es ist nur eine einzige Zahl.", en="it is a single figure.", es="es una sola cifra."
)
TOO_MANY_GROUPS = Said(
    de="gezeichnet wird nach höchstens zwei Angaben, davon eine mit höchstens {most} Werten.",
    en="charts are drawn by two details at most, one of them with at most {most} values.",
    es="se dibuja por dos datos como máximo, uno de ellos con {most} valores como máximo.",
)
TOO_MANY_PANELS = Said(
    de="es sind zu viele verschiedene Einheiten oder Größen, die sich keine Achse teilen ({units}).",
    en="there are too many different units or figures, which cannot share an axis ({units}).",
    es="hay demasiadas unidades o cifras distintas, que no comparten eje ({units}).",
)
ALL_UNKNOWN = Said(
    de="keiner der Werte ist bekannt.", en="none of the values is known.", es="no se conoce ningún valor."
)  # fmt: skip
NOT_DRAWN = Said(
    de="Ohne Wert, nicht gezeichnet: {names}.",
    en="No value, not drawn: {names}.",
    es="Sin valor, no se dibuja: {names}.",
)
WITHOUT_DAY = Said(
    de="Ohne Angabe zu „{group}“, nicht gezeichnet: {names}.",
    en="“{group}” not known, not drawn: {names}.",
    es="Sin dato de «{group}», no se dibuja: {names}.",
)
FIRST_DRAWN = Said(
    de="Gezeichnet sind {shown} von {total}.",
    en="{shown} of {total} are drawn.",
    es="Se dibujan {shown} de {total}.",
)
BY = Said(de="{what} nach {groups}", en="{what} by {groups}", es="{what} por {groups}")
AND = Said(de=" und ", en=" and ", es=" y ")
OTHERS = Said(de="andere", en="others", es="otros")
MORE_NAMES = Said(de="… ({count} weitere)", en="… ({count} more)", es="… ({count} más)")
