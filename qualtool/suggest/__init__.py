"""What a machine proposes: vectors of texts, topics, codes for segments, and how good they are.

Everything here is offline and deterministic. A machine suggests; a person codes.
"""

from .calibration import Calibration, in_ten
from .encoder import Encoder, MiniLMEncoder, open_encoder
from .evaluation import evaluate
from .evidence import Evidence
from .folds import group_folds
from .language import is_english
from .learner import Learner
from .names import name_words
from .nearest import ScoredCode, strength, suggest_codes, told
from .pieces import normalised, text_key
from .profiles import CodeProfile, encode_study, parts_of
from .topics import TopicResult, find_topics, recut, with_stability
from .wordcounts import WordCountEncoder

__all__ = [
    "Calibration",
    "CodeProfile",
    "Encoder",
    "Evidence",
    "Learner",
    "MiniLMEncoder",
    "ScoredCode",
    "TopicResult",
    "WordCountEncoder",
    "encode_study",
    "evaluate",
    "find_topics",
    "group_folds",
    "in_ten",
    "is_english",
    "name_words",
    "normalised",
    "open_encoder",
    "parts_of",
    "recut",
    "strength",
    "suggest_codes",
    "text_key",
    "told",
    "with_stability",
]
