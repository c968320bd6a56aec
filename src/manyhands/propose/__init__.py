"""A director's note becomes recipes: AI proposes, people decide.

No model and no network: makers declare their words, a small grammar binds them, and the plate's
reading says where and how big.  Whoever wants a language model to propose writes a function with
the signature of :func:`propose`.
"""

from manyhands.propose.adjust import Setting, adjusted, maker_of, setting
from manyhands.propose.brought import Brought
from manyhands.propose.grammar import understand
from manyhands.propose.heard import Change, Heard, Mention, Moment, Place, Understanding, Unknown
from manyhands.propose.planner import Proposal, propose, vocabulary
from manyhands.propose.steps import Remake, adjustment, fitting, neighbours, remade
from manyhands.propose.ways import Way, ways

__all__ = [
    "Brought",
    "Change",
    "Heard",
    "Mention",
    "Moment",
    "Place",
    "Proposal",
    "Remake",
    "Setting",
    "Understanding",
    "Unknown",
    "Way",
    "adjusted",
    "adjustment",
    "fitting",
    "maker_of",
    "neighbours",
    "propose",
    "remade",
    "setting",
    "understand",
    "vocabulary",
    "ways",
]
