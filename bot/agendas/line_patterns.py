"""The words by which a line of an agenda says what it is about, in English and Spanish."""

from __future__ import annotations

import re

from bot.agendas.days import MONTH
from bot.agendas.hours import NUMBER_WORD

FOR_ALL = re.compile(
    r"\b(?:all (?:of the |our |the |of )?(?:sessions?|times|meetings|dates)|(?:each|every) (?:session|meeting|one|week|call|class)|sessions (?:are|run|will|last|meet|take|start)|(?:we|they|we'll|group) (?:will )?(?:meet|gather)|times are|all are|(?:todas|las|estas) (?:las )?sesiones|cada (?:sesion|encuentro|semana|una)|todas (?:las|son)|todos los|nos (?:reunimos|reuniremos)|"
    r"the (?:series|training|program|course) (?:will|runs|meets|is)|la serie|el curso|el ciclo|always|siempre|all of them|all (?:two|three|four|five|six|seven|eight|ten|\d+)\b|todas ellas|en todas|join us (?:for|every|on))\b"
)
WILL_BE_ABLE = re.compile(
    r"\b(?:will be able to|you will learn|participants will|attendees will|podran|seran capaces de|aprenderan?|sera(?:n)? capaz|podra)\b\W*$"
)
PEOPLE = re.compile(
    rf"\b(?:(?:for|para|of|de|with|con|about|unas?|unos|some)\s+)?(?:(?:the|las|los|our|all|up to|around|approximately)\s+)*(?P<n>\d{{1,4}}|{NUMBER_WORD})\s+(?:(?:new|registered|enrolled|clinical|peer|behavioral|health|school|community|front-?line)\s+)*(?:people|participants|attendees|supervisors|clinicians|counselors|staff|learners|registrants|providers|members|team members|persons|folks|educators|workers|nurses|teachers|"
    r"personas|participantes|profesionales|supervisor(?:as|es)|terapeutas|inscrit[ao]s|integrantes|docentes|trabajador(?:as|es)|promotor(?:as|es))\b"
)
FILE = re.compile(r"[\w.()-]{1,60}\.(?:csv|xlsx?|tsv)\b", re.IGNORECASE)
NOT_SERIES_PEOPLE = re.compile(
    r"group|grupo|small|breakout|rooms?|salas|pairs|max|limit|each|cada|presenter|speaker"
)
GREETING = re.compile(
    r"^(?:hi|hello|dear|good (?:morning|afternoon)|hola|estimad[ao]s?|buen[ao]s|querid[ao]s|saludos|greetings|team|all|colleagues|thanks|thank you|gracias|best|regards|cheers|warmly|sincerely|atentamente|un abrazo|cordialmente)\b[^:]{0,60}$"
)
MONTH_ALONE = re.compile(rf"\W*(?P<month>{MONTH})\W*(?:20\d\d)?\W*")
DAY_ALONE = re.compile(r"^\W*(?P<day>\d{1,2})(?:st|nd|rd|th)?\s*(?:[-–—:|]|\.\s|\)\s)\s*(?=\D)")
CLOSING = re.compile(
    r"(?:many |muchas )?(?:thanks|thank you|gracias|best|(?:best|kind|warm) regards|regards|cheers|warmly|sincerely|atentamente|un abrazo|cordialmente|saludos(?: cordiales)?|in partnership|take care|see you (?:there|soon))(?: (?:so much|all|again|de antemano|a todos|a todas))?\s*[,.!–-]*"
)
SHARED = re.compile(
    r"\b(?:(?:the|la|las|el|los) (?:first|last|second|third|fourth|other|others|rest|remaining|primer[ao]?s?|ultim[ao]s?|segund[ao]s?|otr[ao]s?|demas)|alternat\w+|altern[ao]n?|take turns|se turnan)\b"
)
"""Who presents which session is told in words that are not read."""
FORMER = re.compile(
    r"\b(?:originally|instead of|previously|formerly|originalmente|anteriormente|en lugar del?|en vez del?|not)\b[^.;)]{0,40}$"
)
DEADLINE = re.compile(
    r"(?:\b(?:by|before|until|no later than|antes del?|a mas tardar(?: el)?|hasta(?: el)?)\s+)(?:the |el |dia )*$"
)
ABOUT = re.compile(
    r"(?:\b(?:on|about|sobre|acerca de|titled|called|named|titulad[ao]|llamad[ao]|series on|training on|session on|title:|topic:|tema:|titulo:)\s+)(?P<what>[^,.;:\n\x00]{4,90})"
)
SERIES_WORDS = re.compile(
    r"\b(?:series|serie|learning community|comunidad de aprendizaje|training|capacitacion|program(?:a)?|course|curso|workshop|taller|ciclo|academy|academia|institute|collaborative|circle|circulo)\b"
)
