"""What people write into a roster's cells, read into the values we keep. Pure; nothing is guessed.

Each reader answers a `Read`: the value, or several that it may be (then a person chooses), or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from rapidfuzz import fuzz, process

from bot.core.us_states import state_code, state_names
from bot.tables import heading_words
from bot.timekeeping import Misread
from bot.timekeeping.zone_words import parse_zone

ALIKE_FROM = 75
"""Of 100: from here on a word is proposed for what somebody wrote."""
_BETWEEN = re.compile(r"\s*(?:[,;/&+|]|\band\b|\bor\b|\by\b|\bo\b|\be\b)\s*")

_ASIDE = re.compile(r"\s+[-–—]\s+|[()]")
_NO_STATE = re.compile(r"\b(?:state of|usa?|u\.s\.a?\.|\d{5}(?:-\d{4})?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """`value` is empty when the cell says nothing we keep, or when it is to be asked: then `key` names the
    question's sentence and `likely` what it may be, likeliest first."""

    value: str = ""
    key: str = ""
    likely: tuple[str, ...] = ()


def read_state(said: str) -> Read:
    """``ID`` for "Idaho", "Wash.", "Washington, D.C.", "ID - Idaho" or "Boise, ID 83702"; two are asked."""
    if code := state_code(said):
        return Read(code)
    parts = [piece for part in _BETWEEN.split(_NO_STATE.sub(" ", said)) for piece in _ASIDE.split(part)]
    several = tuple(dict.fromkeys(code for part in parts if (code := state_code(part))))
    if len(several) == 1:
        return Read(several[0])
    if several:
        return Read(key="several_states", likely=several)
    alike = process.extract(
        heading_words(said), state_names(), scorer=fuzz.ratio, limit=2, score_cutoff=ALIKE_FROM
    )
    return Read(key="unknown_state_code", likely=tuple(dict.fromkeys(code for _, _, code in alike)))


def read_zone(said: str) -> Read:
    """An IANA name for what people and Outlook write: "Pacific", "(UTC-08:00) Pacific Time (US & Canada)"."""
    read = parse_zone(said)
    if isinstance(read, Misread):
        return Read(
            key="two_zones" if read.key == "zone.two_in_state" else "unknown_zone", likely=read.choices
        )
    return Read(read)


def read_language(said: str, languages: Collection[str]) -> Read:
    """A code of `languages` for "Spanish", "Español", "es-US"; several are asked."""
    whole = _language(said, languages)
    if whole:
        return Read(whole)
    parts = [part for part in _BETWEEN.split(said) if part.strip()]
    found = tuple(dict.fromkeys(code for part in parts if (code := _language(part, languages))))
    if len(found) == 1 and len(parts) == 1:
        return Read(found[0])
    both = heading_words(said) in {"both", "ambos", "bilingual", "bilingue", "either", "cualquiera"}
    return Read(key="not_one_of", likely=found or (tuple(languages) if both else ()))


def _language(said: str, languages: Collection[str]) -> str:
    words = heading_words(said)
    first = words.split(" ")[0] if words else ""
    names = _language_names(tuple(languages))
    return names.get(words) or (first if first in languages and len(words) <= 7 else "")


@lru_cache(maxsize=16)
def _language_names(languages: tuple[str, ...]) -> Mapping[str, str]:
    """Codes by the language's name in every one of the languages, in English and in itself (by CLDR)."""
    speakers = [Locale.parse(code) for code in dict.fromkeys(("en", *languages))]
    names = {
        heading_words(str(one.languages.get(code, code))): code for one in speakers for code in languages
    }
    return names | {"castellano": "es"} if "es" in languages else names


# --- roles ------------------------------------------------------------------------------------------------

_ROLES = {
    "participant": "participant participants learner learners attendee member guest student trainee "
    "registrant spoke participante asistente estudiante alumno alumna alumne aprendiz invitado invitada "
    "miembro cohort_member external_guest multi_channel_guest single_channel_guest spoke_participant "
    "persona_participante",
    "presenter": "presenter presenters speaker faculty panelist instructor trainer lecturer teacher sme "
    "expert subject_matter_expert guest_speaker content_expert guest_faculty ponente presentador "
    "presentadora docente profesor profesora instructora expositor expositora conferencista capacitador "
    "capacitadora facultad guest_presenter didactic_presenter case_presenter",
    "facilitator": "facilitator facilitators co_facilitator cofacilitator lead_facilitator facilitador "
    "facilitadora facilitación cofacilitador cofacilitadora",
    "evaluator": "evaluator evaluador evaluadora evaluación program_evaluator",
    "administrator": "administrator administrador administradora",
}  # fmt: skip
_ROLE_OF = {heading_words(word): role for role, told in _ROLES.items() for word in told.split()}
_ASKED_ROLES = (
    ("facilitator", "hub team|hub team member|hub|hub staff|staff|host|co host|moderator|organizer|"
     "organiser|coordinator|program coordinator|series coordinator|owner|team owner|lead|team|equipo|"
     "anfitrion|anfitriona|moderador|moderadora|coordinador|coordinadora|personal|team member|equipo del "
     "hub"),
    ("administrator", "admin|admins|workspace admin|primary owner|workspace owner|it|tech support|"
     "administracion"),
    ("evaluator", "researcher|evaluation|evaluation team|investigador|investigadora|data team"),
)  # fmt: skip
_LIKELY_ROLE = {word: role for role, told in _ASKED_ROLES for word in told.split("|")}


def read_role(said: str, roles: Collection[str]) -> Read:
    """One of `roles`. Words that may give somebody rights ("Hub team", "Owner") are asked, never taken."""
    words = heading_words(said)
    if role := _ROLE_OF.get(words):
        return Read(role)
    likely = _LIKELY_ROLE.get(words)
    parts = dict.fromkeys(role for part in _BETWEEN.split(words) if (role := _ROLE_OF.get(part.strip())))
    return Read(key="not_one_of", likely=(likely,) if likely else tuple(parts))


def is_role(said: str) -> bool:
    words = heading_words(said)
    return words in _ROLE_OF or words in _LIKELY_ROLE


# Each word decides by itself; the first kind that has one wins: a clinical supervisor supervises.
_JOB_WORDS: tuple[tuple[str, str], ...] = (
    ("leader", "leader leadership director directora ceo coo cmo cfo executive president chief principal "
     "superintendent administrator administrador administradora lider founder owner dean"),
    ("supervisor", "supervisor supervisora supervisors supervision manager supervising preceptor gerente "
    "jefe jefa"),
    ("peer_specialist", "peer peers pares recovery_coach recovery"),
    ("clinician", "clinician clinicians clinical therapist counselor counsellor psychologist psychiatrist "
     "physician doctor nurse rn lpn np arnp pmhnp pa md do lcsw lmhc lmft lpc lsw msw lmsw licsw psyd "
     "social_worker provider prescriber pharmacist dentist midwife enfermera enfermero medico medica "
     "terapeuta consejero consejera psicologo psicologa clinico clinica psiquiatra trabajador_social "
     "trabajadora_social psychotherapist therapists sudp cadc paramedic medicine hospitalist psychiatric"),
)  # fmt: skip
_SETTING_WORDS: tuple[tuple[str, str], ...] = (
    ("telehealth", "telehealth telemedicine telepsychiatry virtual telesalud telemedicina online"),
    ("tribal_health", "tribal tribe ihs tribu tribus indigenous indian"),
    ("school", "school schools escuela escolar k12 district university college colegio universidad "
    "education"),
    ("hospital", "hospital hospitals inpatient hospitalario emergency icu er"),
    ("community_clinic", "clinic clinics clinica fqhc cmhc ccbhc outpatient community comunitario "
     "comunitaria ambulatorio primary"),
)  # fmt: skip
_PLATFORM_WORDS: tuple[tuple[str, str], ...] = (
    ("either", "either both any cualquiera ambos ambas"),
    ("slack", "slack"),
    ("teams", "teams microsoft msteams"),
)


def read_job_role(said: str, job_roles: Collection[str]) -> Read:
    return Read(_by_word(said, job_roles, _JOB_WORDS) or "other")


def read_setting(said: str, settings: Collection[str]) -> Read:
    return Read(_by_word(said, settings, _SETTING_WORDS) or "other")


def read_platform(said: str, platforms: Collection[str]) -> Read:
    found = _by_word(said, platforms, _PLATFORM_WORDS)
    return Read(found) if found else Read(key="not_one_of")


def _by_word(said: str, choices: Iterable[str], words_of: Iterable[tuple[str, str]]) -> str:
    words = heading_words(said)
    whole = words.replace(" ", "_")
    if whole in choices:
        return whole
    spoken = {
        *words.split(),
        *("_".join(pair) for pair in zip(words.split(), words.split()[1:], strict=False)),
    }
    return next((kind for kind, told in words_of if spoken & set(told.split())), "")


# --- taking part ------------------------------------------------------------------------------------------

_COMES_TOLD = (
    "attending|approved|accepted|confirmed|registered|active|yes|true|1|going|complete|completed|"
    "member|guest|admin|owner|checked in|attended|primary owner|workspace owner|workspace admin|"
    "multi channel guest|single channel guest|asiste|asistira|si|aprobado|aprobada|confirmado|"
    "confirmada|registrado|registrada|inscrito|inscrita|activo|activa|aceptado|aceptada|paid|"
    "ip address|imported|invited member|visited|full member"
)
_COMES = frozenset(_COMES_TOLD.split("|"))
_STAYS_AWAY_TOLD = (
    "not attending|cancelled|canceled|declined|denied|rejected|deleted|refunded|deactivated|inactive|"
    "disabled|bot|no|false|0|no asiste|no asistira|cancelado|cancelada|rechazado|rechazada|denegado|"
    "denegada|inactivo|inactiva|not going|withdrawn|survey preview|survey test|test|spam|transferred|"
    "removed|suspended|not approved|deactivated member|desactivado|desactivada|no attending|"
    "unsubscribed|blocked|expired|void|no asistire"
)
_STAYS_AWAY = frozenset(_STAYS_AWAY_TOLD.split("|"))
_UNDECIDED_TOLD = (
    "pending|pending approval|waitlist|waitlisted|wait list|waiting list|no response|tentative|maybe|"
    "invited|pendiente|pendiente de aprobacion|en espera|lista de espera|tal vez|quizas|sin respuesta|"
    "interested|partial|undecided|unconfirmed"
)
_UNDECIDED = frozenset(_UNDECIDED_TOLD.split("|"))
COMES, AWAY = "comes", "leave_out"


def read_attending(said: str) -> Read:
    """Whether the tool counts somebody in. Who waits for an approval is asked."""
    words = heading_words(said)
    if words in _STAYS_AWAY:
        return Read(AWAY)
    if words in _UNDECIDED:
        return Read(key="undecided", likely=(AWAY, COMES))
    return Read(COMES)


def is_attending_word(said: str) -> bool:
    words = heading_words(said)
    return words in _COMES or words in _STAYS_AWAY or words in _UNDECIDED
