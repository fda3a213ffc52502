"""Every marker resolved and every sentence of an answer checked against what it cites."""

from rag.checking.cascade import Repaired, claims_to_verify, only_lacks, repair, unchecked
from rag.checking.citations import Checked, as_sources, check
from rag.checking.support import CheckedClaim, Support, check_support, support_of
from rag.checking.support_model import ClaimReader, ClaimReading, Cuts, SupportModel, shipped

__all__ = [
    "Checked",
    "CheckedClaim",
    "ClaimReader",
    "ClaimReading",
    "Cuts",
    "Repaired",
    "Support",
    "SupportModel",
    "as_sources",
    "check",
    "check_support",
    "claims_to_verify",
    "only_lacks",
    "repair",
    "shipped",
    "support_of",
    "unchecked",
]
