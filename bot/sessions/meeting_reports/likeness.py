"""How alike two names are, from 0 to 100, as a person would judge who reads a list of participants.

"Ana Ruiz - Boise Clinic - Idaho", "Dr. Ana Ruiz, LCSW", "A. Ruiz",
"Ana R." and "Ana" may all be Ana Ruiz García.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from nicknames import NickNamer
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from bot.tables.cells import bare
from bot.tables.names import without_pronouns

EQUAL, SUBSET, KNOWN_AS, INITIAL, ALONE, BEGINNING = 100.0, 95.0, 93.0, 89.0, 86.0, 84.0
"""The same words; some of the same words; a nickname; an initial; one name alone; the beginning of a
forename."""
_APART = re.compile(
    r"\s+[-–—|/:•~@]+\s*|\s*[|•~–—@]\s*|\s*[,;(\[\])]\s*|\s+(?:from|at|with|de la|from the)\s+", re.I
)
_TITLES_TOLD = (
    "dr dra mr mrs ms mx miss prof professor sr sra srta lic licda ing rev fr sister brother hon mtro "
    "mtra jr iii ii iv phd psyd md do rn lpn np aprn arnp pmhnp pa msw lmsw lcsw licsw lsw lmhc lmhca "
    "lmft mft lpc lcpc lac ladc cadc sudp sudpt bcba ma ms mha mba mph mps bsn msn dnp edd ba bs cprs "
    "cps cpss ncc rd pharmd dds facp fnp ccs ceo esq host cohost presenter facilitator guest speaker "
    "panelist"
)
_TITLES = frozenset(_TITLES_TOLD.split())
_SPANISH = (
    "jose pepe pepito|francisco paco pancho curro paquito|guadalupe lupe lupita|ignacio nacho|jesus chuy "
    "chucho|guillermo memo|alberto beto|roberto beto|humberto beto|antonio tono tonio|maria mari mary|"
    "rosario charo|concepcion concha conchita|dolores lola lolita|enrique quique kike|consuelo chelo|"
    "fernando nando|teresa tere|eduardo lalo edu|gerardo lalo|rafael rafa|alejandro alex ale|alejandra "
    "alex ale|isabel isa chabela|manuel manolo manny|luis lucho|mercedes meche merche|graciela chela|"
    "refugio cuca|socorro coco|jorge coque|ramon moncho|santiago santi|sebastian sebas|daniel dani|daniela "
    "dani|gabriel gabi gabo|gabriela gabi gaby|patricia pati paty|leticia lety leti|veronica vero|carolina "
    "caro|margarita mago margo|josefina josefa pepa fina|elena nena|vicente chente|salvador chava|pedro "
    "perico|ricardo rica ricky|federico fede kiko|cristina cris|cristobal cris|juan juancho juanito|carlos "
    "carlitos charly|miguel migue mike|raul rauli|susana susi|silvia chiva|rosa rosita"
)


def plain_name(name: str) -> str:
    """Lower case without accents and signs; apostrophes join what they part."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['’`]", "", bare(name))).split())


@lru_cache(maxsize=65_536)
def likeness(shown: str, name: str) -> float:
    """The best of all the ways to read a shown name."""
    known = _words(name)
    if not known:
        return 0.0
    readings = list(_readings(shown))
    return max((_alike(words, known) for words in readings), default=0.0)


def _readings(shown: str) -> Iterator[tuple[str, ...]]:
    """The words of the whole name, and of each part where organisations and states are written beside it."""
    told = without_pronouns(shown)
    pieces = [piece for piece in _APART.split(told) if piece.strip()]
    if len(pieces) == 2 and "," in told:  # "Ruiz, Ana"
        pieces.append(f"{pieces[1]} {pieces[0]}")
    for piece in dict.fromkeys((told, *pieces)):
        if words := _words(piece):
            yield words


def _words(name: str) -> tuple[str, ...]:
    """Without titles and degrees, unless nothing else is left: Ms. Ma is called Ma."""
    words = plain_name(name).split()
    left = [word for word in words if word not in _TITLES]
    return tuple(left if left else words)


def _alike(shown: Sequence[str], known: Sequence[str]) -> float:
    if sorted(shown) == sorted(known) or "".join(shown) == "".join(known):
        return EQUAL
    spelled = float(fuzz.token_sort_ratio(" ".join(shown), " ".join(known)))
    return max(spelled if _agrees_at_all(shown, known) else min(spelled, 84.0), _by_parts(shown, known))


def _agrees_at_all(shown: Sequence[str], known: Sequence[str]) -> bool:
    """A whole name may be spelled a little differently, yet each of its words: "Ana Ruiz" is not "Ana
    Ruin"."""
    return all(
        max(JaroWinkler.normalized_similarity(word, other) for other in known) >= 0.85 for word in shown
    )


def _by_parts(shown: Sequence[str], known: Sequence[str]) -> float:
    """Forename with forename, surname with surname; the order may be turned round."""
    if len(shown) == 1:
        return _alone(shown[0], known)
    if len(known) == 1:
        return ALONE - 2 if known[0] in shown else 0.0
    straight = _forename_and_surname(shown, known)
    turned = _forename_and_surname((*shown[1:], shown[0]), known)
    return max(straight, turned - 1)


def _alone(word: str, known: Sequence[str]) -> float:
    """One word: the forename or the surname alone, or both run together as in an account's name."""
    if word in {known[0] + known[-1], known[0][0] + known[-1], known[-1] + known[0], known[0] + known[-1][0]}:
        return INITIAL
    if word == known[0] or word in known[1:]:
        return ALONE
    return ALONE - 1 if _known_as(word, known[0]) else 0.0


def _forename_and_surname(shown: Sequence[str], known: Sequence[str]) -> float:
    first = _forename(shown[0], known)
    last = _surnames(shown[1:], known[1:])
    if not first or not last:
        return 0.0
    return min(first, last) if max(first, last) > INITIAL else 0.0


def _forename(word: str, known: Sequence[str]) -> float:
    """Against the forename, or a second one that somebody goes by."""
    if word == known[0]:
        return EQUAL
    if _known_as(word, known[0]):
        return KNOWN_AS
    if len(word) == 1 or len(known[0]) == 1:
        return INITIAL if word[0] == known[0][0] else 0.0
    if any(word == second or _known_as(word, second) for second in known[1:-1]):
        return KNOWN_AS - 1
    if _misspelled(word, known[0]):
        return KNOWN_AS - 2
    short, long = sorted((word, known[0]), key=len)
    return BEGINNING if long.startswith(short) else 0.0


def _surnames(shown: Sequence[str], known: Sequence[str]) -> float:
    """A second surname or a middle name may be missing on either side, and a surname be an initial."""
    if list(shown) == list(known):
        return EQUAL
    both = set(shown) & set(known)
    if any(len(word) > 1 for word in both):
        # "Boise Clinic" after the name says nothing against it, another surname does.
        return SUBSET if both >= set(shown) or both >= set(known) else 84.0
    if shown[-1][0] == known[-1][0] and (len(shown[-1]) == 1 or len(known[-1]) == 1):
        return INITIAL - 1
    if shown[0][0] == known[0][0] and len(shown) == 1 and len(shown[0]) == 1:
        return INITIAL - 1
    joined = "".join(shown), "".join(known)
    if joined[0] == joined[1]:
        return EQUAL
    return KNOWN_AS - 2 if any(_misspelled(one, other) for one in shown for other in known) else 0.0


def _misspelled(one: str, other: str) -> bool:
    """Close enough to be a slip of the pen; short words are not."""
    if min(len(one), len(other)) < 4:
        return False
    return fuzz.ratio(one, other) >= 80 and one[0] == other[0]


def _known_as(one: str, other: str) -> bool:
    """Whether one is a nickname of the other, or both of a third: Bob, Rob and Robert; Lupe and Guadalupe."""
    if min(len(one), len(other)) < 2:
        return False
    mine, theirs = _called(one), _called(other)
    if one == other or one in theirs or other in mine:
        return True
    return not mine and not theirs and bool(_names(one) & _names(other))


@lru_cache(maxsize=4096)
def _called(name: str) -> frozenset[str]:
    """The nicknames of a formal name."""
    spanish = (word for told in _SPANISH.split("|") if told.split()[0] == name for word in told.split()[1:])
    return frozenset({*_nicknames().nicknames_of(name), *spanish})


@lru_cache(maxsize=4096)
def _names(nickname: str) -> frozenset[str]:
    """The formal names that a nickname stands for."""
    spanish = (told.split()[0] for told in _SPANISH.split("|") if nickname in told.split()[1:])
    return frozenset({*_nicknames().canonicals_of(nickname), *spanish})


@lru_cache(maxsize=1)
def _nicknames() -> NickNamer:
    return NickNamer()
