"""The words that agendas put before a fact or over a column, in English and Spanish, and what each means."""

from __future__ import annotations

import re
from typing import Literal

from bot.agendas.letters import DASH, flat

Label = Literal[
    "number", "date", "start", "end", "minutes", "zone", "title", "series", "presenters", "objectives",
    "segments", "status", "link", "roster", "weekday", "notes", "ignored", "facilitators", "segment_presenter",
]  # fmt: skip

_LABELS: dict[Label, str] = {
    "series": r"(?:(?:series|course|program(?:me)?|training|learning community|workshop series|learning series)(?: title| name)?|name of (?:the )?series|"
    r"serie|curso|programa|titulo (?:de la serie|del curso|del programa|general)|nombre (?:de la serie|del curso|del programa)|comunidad de aprendizaje|"
    r"capacitacion|ciclo|subject|asunto|event name|webinar topic|meeting topic)",
    "number": r"(?:#|no\.?|n\.?o\.?|num(?:ber|ero)?\.?|session (?:#|no\.?|number)|week(?: #| number)?|sesion (?:#|n\.?o\.?|num(?:ero)?)|semana)",
    "date": r"(?:(?:session |meeting )?dates?(?:s)?(?: ?(?:and|&|/|,) ?times?)?|day(?:s)? ?(?:and|&|/|,) ?(?:date|time)s?|when|date/time|time ?(?:and|&|/) ?date|"
    r"fechas?(?: de la sesion| de inicio)?(?: ?(?:y|/|,) ?(?:hora|horario)s?)?|dia ?(?:y|/) ?(?:fecha|hora)|cuando|start date|scheduled time|fecha ?/ ?hora)",
    "weekday": r"(?:days?(?: of (?:the )?week)?|weekday|dias?(?: de la semana)?)",
    "end": r"(?:end(?: time)?|ends|finish|end(?:ing)? time|hora de (?:fin|termino|cierre|finalizacion)|fin|termina|hasta|end date/time)",
    "start": r"(?:(?:session |meeting )?times?(?: \(.*\))?|start(?:s|ing)?(?: time)?|hours?|begins|hora(?:s|rio)?(?: de (?:inicio|comienzo))?(?: \(.*\))?|inicio|comienza|from|desde)",
    "minutes": r"(?:duration(?: \(?.*\)?)?|length(?: \(.*\))?|min(?:ute)?s?\.?(?: total)?|total (?:time|minutes)|duracion(?: \(.*\))?|minutos|tiempo|time allotted|actual duration.*)",
    "zone": r"(?:time ?zone|zone|tz|zona(?: horaria)?|huso(?: horario)?)",
    "presenters": r"(?:presenters?(?:\(s\))?|speakers?(?:\(s\))?|(?:guest|lead|co-?) ?(?:presenters?|speakers?|faculty|trainer)|trainers?(?:\(s\))?|faculty|instructors?(?:\(s\))?|"
    r"presented by|led by|taught by|session leads?|leads?|panelists?|who|ponentes?|presentador(?:a|es|as)?(?:/a)?|expositor(?:a|es|as)?|docentes?|"
    r"a cargo de|responsables?|quien(?:es)?(?: presentan?)?|imparten?|presentan?|conferencistas?|capacitador(?:a|es|as)?|instructor(?:a|as|es)|tallerista|persona(?:s)? (?:que presentan?|ponentes?)|presenter\(s\)|with|con)",
    "facilitators": r"(?:facilitat(?:ors?|ed by)(?:\(s\))?|facilitador(?:a|es|as)?(?:/a)?|facilita(?:n|cion)?|moderators?|hosts?(?:ed by)?|coordinators?|coordina(?:n|dor|dora|cion)?|moderador(?:a)?|anfitrion(?:a)?|contact(?:o| person)?|organizers?|organiza)",
    "objectives": r"(?:(?:learning |session )?objectives?|(?:learning )?(?:goals|outcomes)|(?:by the end|at the end|after this|upon completion|as a result|following this)[^:]*|(?:participants|attendees|learners|you) will(?: be able to)?|"
    r"what you(?:'ll| will) learn|objetivos?(?: de aprendizaje| de la sesion)?|metas|resultados(?: de aprendizaje| esperados)?|al (?:final(?:izar)?|terminar|concluir)[^:]*|las personas participantes (?:podran|seran)[^:]*|lo que aprendera[n]?)",
    "segments": r"(?:agenda|(?:session )?(?:format|flow|outline|plan|structure|breakdown|schedule|segments?|agenda)|run of show|(?:minute[- ]by[- ]minute|timed) agenda|each session(?: follows[^:]*)?|how (?:the|each) (?:session|hour|time)[^:]*|activit(?:y|ies)|parts|"
    r"agenda de la sesion|formato|estructura|desarrollo|actividad(?:es)?|programa de la sesion|orden del dia|partes|cada sesion[^:]*|desglose|itinerario)",
    "status": r"(?:status|state|estado|estatus|situacion)",
    "notes": r"(?:notes?|comments?|remarks?|notas?|comentarios|observaciones)",
    "link": r"(?:(?:zoom |join |meeting |teams |webinar )?links?|join(?: url)?|zoom|url|where|location|enlaces?|liga|vinculo|lugar|donde|plataforma|platform|modalidad|via)",
    "roster": r"(?:(?:number of |expected |max(?:imum)? )?(?:participants|attendees|enrolled|registrants|people)(?: expected)?|audience size|roster(?: file)?|cohort(?: size)?|(?:numero de )?(?:participantes|personas inscritas|inscritos|inscripciones)|lista(?: de participantes)?|cupo|group size)",
    "title": r"(?:(?:(?:session|webinar|training|workshop|class) )?(?:titles?|topics?|names?)|webinar|(?:session |presentation |working )?(?:topics?|titles?)(?: ?/ ?(?:title|topic))?|session(?: title| topic| name)?|theme|focus|module(?: title)?|content|lesson|what|subject matter|tema(?:s)?(?: de la sesion)?|titulo(?: de la sesion)?|"
    r"sesion(?:es)?|modulo|contenido|encuentro|nombre de la sesion|week topic|que)",
    "ignored": r"(?:report generated|generated|informe generado|pre-?\s?work|pre-?reading|readings?|homework|materials?|resources?|ce(?:u)?s?(?: hours| credits?)?|credits?|registration|cost|audience|who should attend|for|para quien(?:es)?|trabajo previo|tarea|lecturas?|materiales|recursos|creditos|costo|publico|dirigido a|"
    r"to|cc|bcc|from|sent|de|para|enviado(?: el)?|attachments?|adjuntos?|meeting id|passcode|contrasena|id de reunion|dial[- ]in|phone|telefono|sponsor(?:ed by)?|funder|funded by|patrocina|rsvp|register by|deadline|fecha limite|inscripcion(?:es)?|re|about|description|descripcion|overview|resumen|prepared by|version|last updated|updated|actualizado|draft|important|note|nota|importante|reminder|recordatorio|ps|p\.?s)",
}  # fmt: skip
_ORDER: tuple[Label, ...] = (
    "series", "number", "date", "weekday", "zone", "end", "start", "minutes", "presenters", "facilitators",
    "objectives", "segments", "status", "notes", "link", "roster", "title", "ignored",
)  # fmt: skip
_PATTERNS = {label: re.compile(rf"\W*{_LABELS[label]}\W*") for label in _ORDER}
_ZONED_TIME = re.compile(r"(?:time|start|hora(?:rio)?)\b.*")


def label_of(text: str) -> Label | None:
    """What a column heading or the words before a colon announce; None for none of ours."""
    low = " ".join(flat(text).replace("*", " ").strip(" :.").split())
    low = re.sub(r"^(?:the|our|your|los|las|el|la|nuestr[oa]s?)\s+(?=\w{4})", "", low)
    if not low or len(low) > 60:
        return None
    for label in _ORDER:
        if _PATTERNS[label].fullmatch(low):
            return label
    if (
        re.fullmatch(r"(?:start |session )?(?:time|hora|horario)s?\b(?: de inicio)?.{0,30}", low)
        and "zone" not in low
    ):
        return "start"
    first = re.split(r"\s*[/&|,]\s*|\s+(?:and|y)\s+", low)[0]
    return label_of(first) if first != low else None


_LABELLED = re.compile(r"^\W*(?P<label>[^:\n]{1,60}?)\s*(?::(?!\d)|\s[-–—]\s)\s*(?P<rest>.*)$", re.DOTALL)


def labelled(line: str) -> tuple[Label, str] | None:
    """("presenters", "Dr. Osei") for "Presenter: Dr. Osei"; None where no label of ours stands first. A dash
    after the label will do for the labels that are nothing else."""
    found = _LABELLED.match(line)
    if found is None:
        return None
    label = label_of(found["label"])
    with_colon = ":" in line[found.start("label") + len(found["label"]) : found.start("rest")]
    if label is None or (
        not with_colon
        and label
        in {
            "title",
            "number",
            "notes",
            "ignored",
            "weekday",
            "link",
            "series",
            "segments",
            "minutes",
            "roster",
        }
    ):
        return None
    return label, found["rest"].strip()


ORDINALS = {
    "one": 1, "first": 1, "uno": 1, "una": 1, "primera": 1, "primer": 1, "primero": 1, "i": 1,
    "two": 2, "second": 2, "dos": 2, "segunda": 2, "segundo": 2, "ii": 2,
    "three": 3, "third": 3, "tres": 3, "tercera": 3, "tercer": 3, "tercero": 3, "iii": 3,
    "four": 4, "fourth": 4, "cuatro": 4, "cuarta": 4, "cuarto": 4, "iv": 4,
    "five": 5, "fifth": 5, "cinco": 5, "quinta": 5, "quinto": 5, "v": 5,
    "six": 6, "sixth": 6, "seis": 6, "sexta": 6, "sexto": 6, "vi": 6,
    "seven": 7, "seventh": 7, "siete": 7, "septima": 7, "septimo": 7, "vii": 7,
    "eight": 8, "eighth": 8, "ocho": 8, "octava": 8, "octavo": 8, "viii": 8,
    "nine": 9, "ninth": 9, "nueve": 9, "ten": 10, "tenth": 10, "diez": 10,
}  # fmt: skip
_UNITS = r"(?:session|week|module|class|meeting|webinar|part|unit|workshop|lesson|call|sesion|semana|modulo|clase|encuentro|taller|parte|unidad|reunion|jornada)"
_ORDINAL = "(?:" + "|".join(sorted(ORDINALS, key=len, reverse=True)) + ")"
_HEADED = re.compile(
    rf"^\W*(?:{_UNITS}\s*(?:#|no\.?|n\.?o\.?|num\.?)?\s*(?P<a>\d{{1,2}}|{_ORDINAL})\b(?!\s*[:.]\d\d|\s*(?:of|de)\s+(?!\d)|\s*(?:minutes|min\b|hours|weeks|people|{DASH}\s*\d{{1,2}}\b))(?:\s*(?:of|de|/)\s*\d+)?"
    rf"|(?:the |la |el )?(?P<b>\d{{1,2}}(?:st|nd|rd|th|a|o)?|{_ORDINAL})\s+{_UNITS}\b)[\s:.)|,–—-]*"
)
_NUMBERED = re.compile(r"^\s*\(?(?P<number>\d{1,2})[.)]\s+")


def session_number(line: str) -> tuple[int, int] | None:
    """(number, where its words end) of a line such as "Session 2: …", "Sesión tres –", "Week 4"."""
    found = _HEADED.match(flat(line))
    if found is None:
        return None
    said = (
        (found["a"] or found["b"]).rstrip("stndrhao")
        if (found["a"] or found["b"])[0].isdecimal()
        else found["a"] or found["b"]
    )
    number = int(said) if said.isdecimal() else ORDINALS[said]
    return number, found.end()


def list_number(line: str) -> tuple[int, int] | None:
    """(number, where it ends) of "3. …" or "3) …"."""
    found = _NUMBERED.match(line)
    return (int(found["number"]), found.end()) if found else None


_CANCELLED = re.compile(
    r"\b(?:cancel(?:l?ed|ada|ado|ación)?|cancelad[ao]s?|called off|suspendid[ao]|anulad[ao]|will not (?:be held|take place)|no se (?:realizara|llevara a cabo))\b"
)
_NOT_CANCELLED = re.compile(
    r"\b(?:not|no(?: esta)?|never|if|si)\s+(?:be )?cancel|cancellation|cancel(?:l?ing|aciones)|politica|policy"
)
_NO_SESSION = re.compile(
    r"\b(?:no (?:session|class|meeting|call|webinar)|off week|skip(?:ped|ping)?|we (?:do not|don't|will not|won't) meet|no (?:hay|habra|tendremos) (?:sesion|clase|reunion)|sin (?:sesion|clase|reunion)|no nos reunimos|"
    r"receso|spring break|(?:on )?break week|holiday(?: -|:| break|,|$)|feriado|festivo|dia feriado|vacaciones|semana libre|week off|except|excepto|salvo)\b"
)
_MOVED = re.compile(
    r"\b(?:moved (?:to|from)|rescheduled|now on|new date|postponed|se (?:movio|mueve|cambia|cambio|pasa) a[l]?|reprogramad[ao]|pospuest[ao]|aplazad[ao]|nueva fecha|changed (?:to|from))\b"
)
_NOISE = re.compile(
    r"\b(?:regist(?:er|ration)|rsvp|deadline|due|sign[- ]?up|apply|applications?|updated|revised|revision|version|draft|sent|posted|published|printed|prepared|approved|as of|no later than|materials? (?:will|by)|submit|send|reply|respond|confirm|let (?:me|us) know|"
    r"inscri\w*|fecha limite|a mas tardar|actualizad\w*|enviad\w*|version|borrador|antes del|confirm\w*|responda\w*|envie\w*|publicad\w*|entrega\w*|office hours?|horas de consulta|tech check|prueba tecnica|planning (?:call|meeting)|kick-?off planning|"
    r"follow-?up survey|survey|evaluation|encuesta|evaluacion|recording|grabacion|book club|copyright|grant|funding period|last year|el ano pasado|make-?up|replies|contract|invoice|tickets?|dry run|ensayo|reminder|recordatorio|certificates?|certificados?|birthday|meeting minutes)\b"
)


def says_cancelled(text: str) -> bool:
    low = flat(text)
    return bool(_CANCELLED.search(low)) and not _NOT_CANCELLED.search(low)


def says_no_session(text: str) -> bool:
    return bool(_NO_SESSION.search(flat(text)))


def says_moved(text: str) -> bool:
    return bool(_MOVED.search(flat(text)))


def says_other_date(text: str) -> bool:
    """Whether a date here is that of a deadline, of the letter itself or of another event."""
    return bool(_NOISE.search(flat(text)))
