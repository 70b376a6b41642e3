"""What a roster's column is about, by the words of its heading: English and Spanish, as tools and people
write them ("E-mail Address", "Which agency do you work for?", "RecipientEmail", "Correo electrónico")."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.tables import clean, heading_words

_NAMES: dict[str, str] = {
    "email": "email|e mail|mail|email address|e mail address|email id|e mail 1|email 1|user email|user "
    "principal name|upn|recipient email|participant email|attendee email|invitee email|registrant email|"
    "member email|contact email|e mail 1 value|email 1 value|username|user name|correo|correo electronico|"
    "email adress|direccion correo electronico|direccion correo|correo e|nombre usuario|direccion email|e "
    "mail direccion|adresse e mail|mail address|emails|e mails|login|user login",
    "name": "name|full name|fullname|first and last name|first last name|first name and last name|nombre y "
    "apellido|nombre y apellidos|nombres y apellidos|apellido y nombre|apellidos y nombre|apellidos y "
    "nombres|nombre completo|nombre|nombre apellido|nombre apellidos|participant name|participant|attendee "
    "name|attendee|invitee name|registrant name|member name|contact name|real name|learner name|student "
    "name|person|last name first name|name first last|name first and last|last first|nombre participante|"
    "participante|nombre asistente",
    "display": "display name|displayname|display|user name original name|nombre para mostrar|nombre mostrar",
    "first": "first name|firstname|first|given name|givenname|fname|forename|first given name|recipient "
    "first name|preferred first name|nombres|primer nombre|nombre pila|nombre s|first names|participant "
    "first name|attendee first name|name first",
    "last": "last name|lastname|last|surname|family name|lname|recipient last name|apellido|apellidos|primer "
    "apellido|last family name|last names|apellido s|participant last name|attendee last name|name last|"
    "family name surname|apellido paterno",
    "second_last": "segundo apellido|second last name|second surname|apellido materno",
    "organisation": "organization|organisation|organization name|organisation name|company|company name|"
    "companyname|agency|agency name|employer|employer name|workplace|work place|place work|institution|"
    "institution name|clinic|clinic name|practice|practice name|affiliation|facility|facility name|org|org "
    "name|agency organization|organization agency|organizacion|nombre organizacion|agencia|empresa|"
    "institucion|lugar trabajo|centro trabajo|entidad|compania|clinica|empleador|nombre agencia|"
    "organization 1 name|organization company",
    "state": "state|us state|u s state|state territory|state residence|state or territory|state province|"
    "state region|business state|work state|office state|mailing state|province|estado|estado residencia|"
    "estado provincia|provincia|estado territorio|state abbreviation|state code|address state|estado eeuu|"
    "estado ee uu|state practice|business address state|state licensure|state province region",
    "zone": "time zone|timezone|zone|tz|iana zone|local time zone|zona horaria|zona|huso horario|zona tiempo|"
    "horario zona|user time zone|time zone name",
    "language": "language|lang|languages|pref lang|preferred lang|user language|locale|idioma|lengua|"
    "lenguaje|language preference|preference language|language preferred|idioma preferencia|idioma "
    "preferido|lengua preferida|communication language|spoken language|idiomas",
    "role": "role|rol|cohort role|series role|program role|participant type|participant role|attendee type|"
    "registration type|registrant type|type participant|tipo participante|tipo inscripcion|role series|"
    "role cohort|role program|role this series|rol serie|rol programa|role training|member type|role in "
    "series|funcion",
    "job_role": "job role|job title|jobtitle|title|job|occupation|profession|position|discipline|"
    "professional role|role organization|role agency|role clinic|job title role|title role|role title|job "
    "function|puesto|cargo|profesion|ocupacion|titulo|titulo puesto|rol profesional|rol organizacion|rol "
    "trabajo|role work|profession discipline|job position|position title|professional discipline|rol "
    "laboral|puesto trabajo",
    "setting": "setting|care setting|practice setting|work setting|job setting|service setting|entorno|"
    "entorno trabajo|ambito|ambito trabajo|type setting|tipo entorno|setting type",
    "platform": "platform|chat platform|plataforma|slack or teams|slack teams|chat",
    "pronouns": "pronouns|pronoun|gender pronouns|personal pronouns|pronombres|pronombre",
    "attending": "attendee status|approval status|registration status|invitee status|status|estado "
    "asistencia|estado inscripcion|estado asistente|estado aprobacion|attending|attending status|"
    "attendance status|rsvp|rsvp status|response status|response type|will attend|asistira|order status|"
    "account enabled|account status|user status|estatus|participant status|estado registro|estado "
    "participante|billing active status|estado invitado",
}  # fmt: skip
_BY_WORDS = {words: column for column, told in _NAMES.items() for words in told.split("|")}

_SAYS_NOTHING = frozenset(
    [
        "your",
        "you",
        "the",
        "a",
        "an",
        "is",
        "are",
        "what",
        "what",
        "s",
        "whats",
        "which",
        "who",
        "do",
        "does",
        "did",
        "please",
        "enter",
        "provide",
        "select",
        "choose",
        "type",
        "list",
        "indicate",
        "write",
        "tell",
        "us",
        "of",
        "for",
        "at",
        "to",
        "we",
        "use",
        "current",
        "currently",
        "primary",
        "primarily",
        "preferred",
        "prefer",
        "main",
        "required",
        "optional",
        "one",
        "here",
        "i",
        "my",
        "our",
        "best",
        "work",
        "works",
        "working",
        "live",
        "reside",
        "located",
        "am",
        "new",
        "s",
        "t",
        "if",
        "any",
        "know",
        "with",
        "be",
        "like",
        "called",
        "receive",
        "reach",
        "contact",
        "this",
        "these",
        "by",
        "currently",
        "in",
        "su",
        "sus",
        "tu",
        "tus",
        "cual",
        "es",
        "el",
        "la",
        "los",
        "las",
        "de",
        "del",
        "en",
        "que",
        "donde",
        "trabaja",
        "trabajas",
        "vive",
        "vives",
        "por",
        "favor",
        "escriba",
        "ingrese",
        "indique",
        "seleccione",
        "usted",
        "con",
        "a",
        "al",
        "como",
        "se",
        "llama",
        "prefiere",
        "prefieres",
        "introduzca",
        "proporcione",
        "elija",
        "mi",
        "nuestro",
        "un",
        "una",
        "pertenece",
        "encuentra",
        "vas",
        "usas",
        "practica",
        "practices",
        "hold",
        "se",
        "y",
        "business",
        "office",
        "official",
        "professional",
    ]
)
_LESSER = frozenset(
    [
        "home",
        "personal",
        "secondary",
        "alternate",
        "other",
        "mailing",
        "billing",
        "shipping",
        "second",
        "2",
        "otro",
        "personal",
    ]
)
_NUMBERED = re.compile(r"^\s*(?:q(?:uestion)?\s*)?\d+[a-z]?\s*[.):_\-–]\s*(?=\S)", re.IGNORECASE)
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>")
_OR = re.compile(r"\s*[/|\\]\s*|\s+(?:or|o|u)\s+")
_PART_OF = re.compile(r"[:?]\s+|\s+[-–—>]\s+")
"""What stands between a question and the part of it that a column is about."""
_ONE_BOX_OF_MANY = re.compile(r"___\d+$|\(choice=")
LESSER = 3
"""From this rank on a column only fills in for one that goes before it."""
LONGEST_HEADING = 160


@lru_cache(maxsize=2048)
def column_of(heading: str) -> tuple[str, int] | None:
    """(column, rank) of a heading; None for one that says nothing we keep. Of two headings for one column the
    lower rank goes first: "Work email" before "Personal email"."""
    if len(heading) > LONGEST_HEADING or _ONE_BOX_OF_MANY.search(heading):
        return None
    told = _NUMBERED.sub("", clean(heading)).replace("’", "'")
    for candidate in (told, _ASIDE.sub(" ", told)):
        if found := _exact(candidate):
            return found
    last = _PART_OF.split(told)[-1]
    if last != told and (found := _exact(last)):
        return found
    parts = [part for part in _OR.split(_ASIDE.sub(" ", told)) if part.strip()]
    several = [one for part in parts if (one := _exact(part))]
    if len(parts) > 1 and several and len({column for column, _ in several}) == 1:
        return several[0][0], several[0][1] + 1
    return None


def _exact(heading: str) -> tuple[str, int] | None:
    words = heading_words(heading)
    if column := _BY_WORDS.get(words):
        return column, LESSER if words in _RATHER_LATE else 0
    left = [one for one in words.split() if one not in _SAYS_NOTHING]
    if column := _BY_WORDS.get(" ".join(left)):
        return column, 1
    bare = [one for one in left if one not in _LESSER]
    column = _BY_WORDS.get(" ".join(bare))
    return (column, LESSER) if column and bare else None


_RATHER_LATE = frozenset(
    {"username", "user name", "nombre usuario", "login", "user login", "user principal name", "upn", "title"}
)
"""What holds an address in some tools and a nickname in others; and a title, which may be "Dr."."""
