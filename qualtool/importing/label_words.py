"""Words that tell a speaker's label from ordinary writing before a colon.

Written for English interviews. All are in lower case; labels are compared without case.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum

# Labels nobody takes for prose: one occurrence is enough.
_KNOWN = re.compile(
    r"(?:(?:interviewer|interviewee|int|moderator|facilitator|researcher|participant|respondent|informant"
    r"|speaker)[ _-]?(?:\d{1,3}|[a-z])?|unknown speaker|unidentified speaker|[prs]\d{1,3}|[iqa])"
)
_INTERVIEWER = re.compile(r"(?:interviewer|int|moderator|facilitator|researcher)[ _-]?\d{0,3}|i|q")
_ASIDE = re.compile(r"\s*\([^()]*\)$")
_NUMBER = re.compile(r"[ _-]*(?:\d+|\b[a-z])$")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(listed.split("|"))


# People named by what they are: as good as a name, whatever their case.
ROLES = _words(
    "mum mummy mother dad daddy father parent carer guardian gran grandma grandad sister brother child pupil"
    " student boy girl teacher head headteacher principal senco sendco ta tutor governor officer base lead"
    " assistant deputy manager nurse doctor therapist psychologist ep chair staff mentor coordinator host"
    " guest caller translator interpreter all group voice observer client patient worker"
)

# What stands before a colon at the top of a transcript.
HEADINGS = _phrases(
    "date|time|location|place|venue|setting|school|site|project|study|title|file|filename|file name|recording"
    "|audio|duration|length|transcript|transcribed by|transcriber|transcription|interview|interview number"
    "|interview no|interview id|subject|topic|version|present|participants|attendees|interviewers|id"
    "|participant id|urn|la|phase|status|consent|language|keywords|start|end|start time|end time|key|page"
    "|interview date|date of interview|school name|role|name|year|gender|age|region|method|mode"
)

# What stands before a colon in somebody's own sentence, or heads a section.
_ORDINARY = _phrases(
    "note|notes|nb|n.b.|n.b|ps|p.s.|example|examples|for example|eg|e.g.|ie|i.e.|reason|reasons|point|result"
    "|results|aim|aims|method|methods|background|conclusion|conclusions|introduction|discussion|summary"
    "|abstract|objective|objectives|findings|overview|context|contents|references|figure|table|chapter"
    "|section|step|day|week|month|part|item|theme|themes|appendix|unit|line|warning|caution|important"
    "|update|edit|http|https|mailto|www|re|fwd|cc|bcc|first|firstly|second|secondly|third|thirdly|last"
    "|lastly|finally|next|then|also|so|and|but|or|because|however|therefore|anyway|anyhow|okay|ok|right"
    "|well|yes|yeah|yep|no|nope|now|still|sometimes|often|always|never|again|besides|plus|basically"
    "|honestly|actually|obviously|personally|importantly|interestingly|sadly|luckily|hopefully|frankly"
    "|seriously|generally|usually|mostly|similarly|likewise|equally|otherwise|meanwhile|overall|instead"
    "|remember|imagine|look|listen|see|think|say|said|says|quote|unquote|one|two|three|four|five|six|seven"
    "|eight|nine|ten|this|that|these|those|it|here|there|what|why|when|where|who|how|which|if|is|are|was"
    "|were|thing|things|problem|issue|question is|answer is|morning|afternoon|evening|today|tomorrow"
    "|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march"
    "|july|september|october|november|december|total|ratio|score|level|stage"
)
# A label of several words never starts with one of these.
_OPENERS = _words(
    "a an the and but or so if when while what why how who which in on at for to from with of as is are was"
    " were it he she they we you i my our your his her their this that these those there then now just like"
    " one two three some any all no not yes yeah because also only even let do did does can could would"
    " should well maybe perhaps"
)
_PARTICLES = _words("de da del der den di du van von la le el al bin ibn ben ter ten of and & the y e")
_MAX_WORDS = 5


class Shape(Enum):
    """How much a label looks like one before its occurrences are counted."""

    KNOWN = "known"
    NAME = "name"
    WORDS = "words"
    NONE = "none"


def label_key(label: str) -> str:
    """A label without case and with single spaces: how labels are compared."""
    return " ".join(label.split()).casefold()


def is_interviewer_label(label: str, interviewer: Collection[str] = ()) -> bool:
    """Is this the interviewer's label: INTERVIEWER, INTERVIEWER n, I, INT, Q, MODERATOR,
    FACILITATOR, RESEARCHER in any case, or one of ``interviewer``?
    """
    key = label_key(label)
    return _INTERVIEWER.fullmatch(key) is not None or key in {label_key(one) for one in interviewer}


def shape_of(label: str) -> Shape:
    """What a stretch before a colon looks like."""
    # What stands in brackets, as in "Maria (mother)", explains the label.
    label = _ASIDE.sub("", label) or label
    key = label_key(label)
    if _KNOWN.fullmatch(key):
        return Shape.KNOWN
    stem = _NUMBER.sub("", key).strip()
    if {key, stem} & (HEADINGS | _ORDINARY) or (stem == "question" and stem != key):
        return Shape.NONE
    words = label.split()
    if len(words) > _MAX_WORDS or (len(words) > 1 and words[0].casefold() in _OPENERS):
        return Shape.NONE
    if any(_ends_sentence(word) for word in words[:-1]):
        return Shape.NONE
    if is_role(stem) or all(_is_name_word(word) for word in words):
        return Shape.NAME
    return Shape.WORDS


def is_role(key: str) -> bool:
    """Is every word, or the last one, a role: ``parent 2``, ``class teacher``, ``base lead``?"""
    words = _NUMBER.sub("", key).split()
    return bool(words) and words[-1] in ROLES and len(words) <= 3


def _ends_sentence(word: str) -> bool:
    """Does this word end a sentence? ``Dr.`` and ``J.S.`` do not."""
    return word.endswith(".") and len(word.rstrip(".").rpartition(".")[2]) > 4


def _is_name_word(word: str) -> bool:
    bare = word.strip("()'’.-/&")
    return not bare or not bare[0].islower() or bare in _PARTICLES
