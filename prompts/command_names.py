"""What each command is called in other languages than English: the name that help shows there.

A command may have further names (its aliases); these are understood in every language as well, with or
without their accents.
"""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, Mapping[str, str]] = {
    "es": {
        "agenda": "orden del día", "archive": "archivo", "ask": "preguntar", "attendance": "asistencia",
        "avoid": "evitar", "avoid end": "evitar fin", "benchmark": "referencia", "breakout": "grupos",
        "breakout again": "grupos otra vez", "breakout cancel": "grupos cancelar",
        "breakout close": "grupos cerrar", "breakout late": "grupos tarde", "breakout left": "grupos salida",
        "breakout lock": "grupos fijar", "breakout met": "grupos encuentros", "breakout open": "grupos abrir",
        "breakout reshuffle": "grupos mezclar", "breakout swap": "grupos cambiar",
        "breakout undo": "grupos deshacer", "breakout without": "grupos sin", "brief": "resumen",
        "checklist": "lista", "cohort edit": "editar cohorte", "cohort link": "enlazar cohorte",
        "cohort new": "cohorte nueva", "cohort open": "abrir cohorte", "commit": "compromiso",
        "commitments": "compromisos", "community": "comunidad", "connect slack": "conectar slack",
        "cost": "costo", "delete": "borrar", "evaluate": "evaluar", "evaluation close": "formulario cerrar",
        "evaluation file": "formulario archivo", "evaluation funder": "formulario financiador",
        "evaluation links": "formulario enlaces", "evaluation open": "formulario abrir",
        "evaluation status": "formulario estado", "evaluation tailor": "formulario adaptar",
        "experiment": "experimento", "export": "exportar", "feedback": "comentarios", "harvest": "cosecha",
        "help": "ayuda", "here": "aquí", "idea": "agregar idea", "ideas": "ideas clave",
        "import": "importar", "introduce": "presentarme", "invitations": "invitaciones",
        "invite": "invitar", "join": "unirme", "leave": "salir", "link": "enlazar", "me": "estado",
        "member edit": "corregir persona", "member remove": "quitar persona", "members": "integrantes",
        "my commitments": "mis compromisos", "my page": "mi página", "my reflections": "mis reflexiones",
        "nudges": "mensajes", "page": "página", "pair lift": "quitar regla", "pair rule": "regla",
        "pair rules": "reglas", "partners": "colegas", "partners back": "colegas volver",
        "partners every": "colegas cada", "partners new": "colegas otra vez",
        "partners pause": "colegas pausa", "partners skip": "colegas saltar", "pause": "pausar",
        "personal link": "enlace personal", "personal link end": "enlace personal terminar",
        "presenter add": "ponente agregar", "presenter remove": "ponente quitar", "presenters": "ponentes",
        "project new": "proyecto nuevo", "prompt": "pregunta", "pulse": "pulso", "questions": "preguntas",
        "reflect": "reflexionar", "register": "inscripción", "register close": "cerrar inscripción",
        "register open": "abrir inscripción", "report": "informe", "report again": "informe otra vez",
        "report audit": "registro de informes", "report links": "enlaces de informes",
        "report revoke": "retirar enlace", "report share": "compartir informe", "resources": "recursos",
        "resume": "reanudar", "role give": "dar función", "role take": "quitar función",
        "roles": "funciones", "series again": "serie repetir", "series close": "serie cerrar",
        "series export": "exportar serie", "series new": "serie nueva", "series reopen": "serie reabrir",
        "session cancel": "sesión cancelar", "session edit": "sesión editar",
        "session link": "sesión enlace", "session move": "sesión mover", "session new": "sesión nueva",
        "sessions": "sesiones", "settings": "ajustes", "setup": "configurar", "start": "empezar",
        "stick": "repaso", "stop": "parar", "theme add": "tema agregar", "theme name": "tema nombre",
        "theme remove": "tema quitar", "themes": "temas", "took along": "me llevo",
        "unlink": "desenlazar", "write me on": "escribirme en", "year new": "año nuevo",
    },
}  # fmt: skip
"""By language, by the command's own name."""


def shown(name: str, language: str) -> str:
    """What the command is called in this language."""
    return NAMES.get(language, {}).get(name, name)


def other_names(name: str) -> tuple[str, ...]:
    """What it is called in any other language."""
    return tuple(names[name] for names in NAMES.values() if name in names)
