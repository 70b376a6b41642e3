"""What a column of a meeting report is about, in the languages of the tools: en, es, de, fr, pt.

A heading is read by the words in it, so that next year's wording of a tool is read as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.tables import heading_words

_WHOLE = {
    "name": "name|full name|participant|attendee|user name|display name|nombre|nombre completo|"
    "participante|usuario|teilnehmer|vollstandiger name|nom|nom complet|nome|nome completo|participante "
    "nome|nombre de usuario|attendee name|participant name|nombre del participante|nombre del asistente|"
    "name des teilnehmers|teilnehmername|nom du participant|nome do participante|benutzername|nom d "
    "utilisateur|nome de usuario|anzeigename|nom d affichage|nome de exibicao|nombre para mostrar|nombre "
    "de visualizacion",
    "first": "first name|given name|nombres|vorname|prenom|primeiro nome|primer nombre",
    "last": "last name|surname|family name|apellido|apellidos|nachname|nom de famille|sobrenome|apelido|"
    "familienname",
    "action": "user action|action|accion del usuario|accion|benutzeraktion|aktion|action de l utilisateur|"
    "acao do usuario|acao|acao do utilizador",
    "moment": "timestamp|marca de tiempo|marca temporal|zeitstempel|horodatage|carimbo de data hora|"
    "carimbo de data e hora|data hora",
    "attended": "attended|asistio|teilgenommen|a participe|present|participou|compareceu|presente|asistencia",
    "registration_email": "registration email|registered email|correo electronico de registro|correo de "
    "registro|registrierungs e mail|registrierungs email|e mail d inscription|email de registro|e mail de "
    "registro|e mail zur registrierung|correo electronico de inscripcion|email de inscricao|adresse e mail "
    "d inscription",
}  # fmt: skip
_BY_WHOLE = {words: column for column, told in _WHOLE.items() for words in told.split("|")}
_NAMED_ALSO = re.compile(
    r"^(?:user |attendee |participant )?(?:name|nombre|nom|nome)(?: de usuario|"
    r" del participante)? (?:original name|nombre "
    r"original|ursprunglicher name|nom original|nom d origine|nome original|originalname|original)$"
)
_UPN = re.compile(r"\bupn\b|^participant id$")
_WAITING = re.compile(r"waiting room|sala de espera|warteraum|salle d attente|in lobby")
_REGISTERED = re.compile(r"regist|inscri|approval|aprob")
_EMAIL = re.compile(r"\bemail|\bcorreo|\bcourriel|\be mail|^mail$")
_MINUTES = re.compile(
    r"\bduration|\bduracion|\bduracao|\bduree|\bdauer|time in (?:session|call|meeting)|minutes|"
    r"tiempo en la llamada|minutos|minuten|tiempo en la sesion|"
    r"temps (?:passe|de presence)|tempo na sessao|zeit in (?:der )?(?:sitzung|session)|attendance time|"
    r"tiempo en (?:la )?reunion|verweildauer"
)
_JOINED = re.compile(
    r"\bjoin|\bentrada|\bingreso|\bunion\b|\bincorporac|\bbeitritt|beigetreten|\barrivee|\bconnexion|\bacces\b|"
    r"\bacceso|\bparticipation|\bparticipacao|\bentered|\bentry|first seen|\bteilnahme|\bentree|"
    r"\bingressou|\binicio|"
    r"\bconexion|\bconexao|\bstart time|\baderiu|\badesao|\bunio\b|rejoint|eintritt"
)
_LEFT = re.compile(
    r"\bleave|\bleft|\bexit|\bsalida|\bsaida|\bdepart|\bverlassen|\bbeendigung|\bsortie|\bdeconnexion|"
    r"\baustritt|last seen|"
    r"\bdesconexi?on|\bsaiu|\babandono|\bquitte|\bend time|\bfin\b|austritt|\bdesconexao"
)
_FIRST = re.compile(r"\bfirst|\bprimer|\berst|\bpremier|\bprimeir")
_LAST = re.compile(r"\blast|\bultim|\bletzt|\bdernier")
_LANGUAGES = (
    ("es", re.compile(r"nombre|correo|reunion|duracion|salida|invitado|union|participante|unio")),
    ("pt", re.compile(r"nome|reuniao|duracao|saida|convidado|ingress|entrada")),
    ("de", re.compile(r"beitritt|dauer|besprechung|teilnehm|gast|verlassen|ursprung")),
    ("fr", re.compile(r"\bnom\b|duree|reunion|depart|arrivee|invite|courriel|adresse")),
)


@lru_cache(maxsize=2048)
def about(heading: str) -> str:
    """The column's meaning: name, first, last, email, registration_email, upn, joined, left, duration,
    action, moment, attended, waiting; empty for one that we do not need."""
    words = heading_words(heading)
    if not words or len(words) > 70:
        return ""
    if column := _BY_WHOLE.get(words):
        return column
    if _NAMED_ALSO.match(words):
        return "name"
    for column, pattern in (("upn", _UPN), ("waiting", _WAITING)):
        if pattern.search(words):
            return column
    if _EMAIL.search(words):
        return "registration_email" if _REGISTERED.search(words) else "email"
    if _REGISTERED.search(words):
        return ""
    for column, pattern in (("duration", _MINUTES), ("left", _LEFT), ("joined", _JOINED)):
        if pattern.search(words):
            return column
    return ""


def is_first_or_last(heading: str) -> bool:
    """Whether a column tells the first join or the last leave: one line a person, not one a join."""
    words = heading_words(heading)
    return bool(_FIRST.search(words) or _LAST.search(words)) and about(heading) in {"joined", "left"}


def language_of(headings: list[str]) -> str:
    """The language that the headings are in; ``en`` where none of the others shows."""
    words = " ".join(map(heading_words, headings))
    counts = [(len(pattern.findall(words)), language) for language, pattern in _LANGUAGES]
    most, language = max(counts, key=lambda one: one[0])
    return language if most >= 2 else "en"
