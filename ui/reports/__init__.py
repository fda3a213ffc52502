"""An evaluation as one HTML file with plots."""

from ui.reports.evaluation_report import report
from ui.reports.plots import require_matplotlib

__all__ = [
    "report",
    "require_matplotlib",
]
