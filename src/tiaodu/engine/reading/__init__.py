"""Text to statements: who, what measure, how much, compared how, by when, how strongly worded, and from
which characters.
"""

from tiaodu.engine.reading.model import Due, Finding, Kind, Question, Reading, Statement, TableSpan
from tiaodu.engine.reading.reader import read
from tiaodu.engine.reading.vocabulary import Vocabulary, load_vocabulary

__all__ = [
    "Due",
    "Finding",
    "Kind",
    "Question",
    "Reading",
    "Statement",
    "TableSpan",
    "Vocabulary",
    "load_vocabulary",
    "read",
]
