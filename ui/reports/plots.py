"""The plots of an evaluation as SVG that takes its colours and its font from the page around it.

Needs the extra `report`. Text stays text, so that it can be read aloud, copied and shown in the page's font.
"""

import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag import EvaluationError
from rag.evaluation import ALL, Bin, Figure, Refusal

INSTALL = "pip install 'paperchat[report]'"
SIZE = (4.6, 3.1)
"""Inches. About as wide as a phone, so that a plot is never shrunk until its text can't be read."""

INK, MUTED, GRID = "#0a0b01", "#0a0b02", "#0a0b03"
SERIES = ("#0a0b11", "#0a0b12", "#0a0b13", "#0a0b14", "#0a0b15", "#0a0b16")
VARIABLES = {INK: "--ink", MUTED: "--soft", GRID: "--line"} | {
    colour: f"--series-{number}" for number, colour in enumerate(SERIES, 1)
}
"""Colours that stand for the page's: drawn with these, then written as `var(--ink)`, dark mode included."""

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": GRID,
    "axes.linewidth": 1,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.labelsize": 11,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "legend.fontsize": 10.5,
    "lines.linewidth": 2,
    "lines.solid_capstyle": "round",
}


def require_matplotlib() -> None:
    """Raises EvaluationError with the command that installs what plots need."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        raise EvaluationError(f"The report's plots need matplotlib. Install it with: {INSTALL}") from None


def recall_plot(curves: Mapping[str, Sequence[float]]) -> str:
    """recall@k over k, a line for each type of question; all questions together are the broad one."""

    def draw(axes: Any) -> None:
        lowest = min((min(curve) for curve in curves.values()), default=0.0)
        for number, (group, curve) in enumerate(curves.items()):
            ranks = range(1, len(curve) + 1)
            if group == ALL:
                axes.plot(ranks, curve, color=INK, linewidth=3, label=group, zorder=3)
            else:
                axes.plot(ranks, curve, color=SERIES[(number - 1) % len(SERIES)], label=words(group))
        axes.set(xlabel="papers looked at", ylabel="recall", xticks=range(1, 11), xlim=(0.8, 10.2))
        axes.set_ylim(max(0.0, math.floor(lowest * 10) / 10 - 0.05), 1.03)
        legend_below(axes)

    return svg("recall", draw)


def latency_plot(latencies: Sequence[Figure]) -> str:
    """For each step a bar from p50 to p95, in milliseconds on a logarithmic axis."""
    quantiles: dict[str, dict[str, float]] = {}
    # "retrieve.rerank" is part of "retrieve": parts are in the table.
    for figure in (figure for figure in latencies if "." not in figure.group):
        quantiles.setdefault(figure.group, {})[figure.name] = max(figure.interval.value, 0.01)

    def draw(axes: Any) -> None:
        for place, (step, found) in enumerate(reversed(quantiles.items())):
            colour = INK if step == "total" else SERIES[0]
            axes.plot([found["p50"], found["p95"]], [place, place], color=colour, linewidth=5, alpha=0.35)
            axes.plot(found["p50"], place, "o", color=colour, markersize=8)
            axes.plot(found["p95"], place, "|", color=colour, markersize=12, markeredgewidth=2)
        axes.set_xscale("log")
        axes.set_yticks(range(len(quantiles)), [words(step) for step in reversed(quantiles)])
        axes.set_ylim(-0.6, len(quantiles) - 0.4)
        axes.set_xlabel("milliseconds: dot p50, mark p95")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.grid(visible=False, axis="y")

    return svg("latency", draw)


def refusal_plot(curve: Sequence[Refusal], threshold: float) -> str:
    """Precision, recall and false refusals over the threshold; the one in use is marked."""

    def draw(axes: Any) -> None:
        x = [point.threshold for point in curve]
        axes.axvline(threshold, color=MUTED, linewidth=1.2, linestyle=(0, (3, 3)))
        axes.text(threshold + 0.015, 1.04, f"in use: {threshold:g}", color=MUTED, fontsize=10, va="bottom")
        axes.plot(x, [point.recall for point in curve], color=SERIES[0], label="recall of unanswerable")
        axes.plot(x, [point.precision for point in curve], color=SERIES[1], label="precision")
        axes.plot(x, [point.false_refusals for point in curve], color=SERIES[2], label="false refusals")
        axes.set(xlabel="refuse when the chance of an answer is below", xlim=(0, 1), ylim=(-0.03, 1.03))
        legend_below(axes)

    return svg("refusal", draw)


def reliability_plot(bins: Sequence[Bin]) -> str:
    """Judged chance against what was so, with the number of questions; on the diagonal a chance means what it says."""

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.2, linestyle=(0, (3, 3)))
        axes.plot([b.predicted for b in bins], [b.observed for b in bins], "o", color=SERIES[0], markersize=7)
        for b in bins:
            above = b.observed < 0.9
            axes.annotate(
                str(b.n),
                (b.predicted, b.observed),
                xytext=(0, 9 if above else -9),
                textcoords="offset points",
                ha="center",
                va="bottom" if above else "top",
                fontsize=10,
            )
        axes.set(xlabel="chance of an answer, as judged", ylabel="answerable questions")
        axes.set(xlim=(-0.05, 1.05), ylim=(-0.08, 1.08))

    return svg("reliability", draw)


def interval_plot(name: str, figures: Sequence[Figure], labels: Sequence[str]) -> str:
    """Figures with their 95% intervals, one a line; the one over all questions stands out."""

    def draw(axes: Any) -> None:
        for place, figure in enumerate(reversed(figures)):
            colour = INK if figure.group == ALL and len({f.group for f in figures}) > 1 else SERIES[0]
            found = figure.interval
            axes.plot([found.low, found.high], [place, place], color=colour, linewidth=5, alpha=0.35)
            axes.plot(found.value, place, "o", color=colour, markersize=8)
        axes.set_yticks(range(len(figures)), [words(label) for label in reversed(labels)])
        axes.set(xlim=(-0.02, 1.04), ylim=(-0.6, len(figures) - 0.4), xlabel="share")
        axes.grid(visible=False, axis="y")

    return svg(name, draw)


def words(name: str) -> str:
    return name.replace("_", " ")


def legend_below(axes: Any) -> None:
    entries = len(axes.get_legend_handles_labels()[1])
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.2), ncols=2 if entries < 5 else 3, handlelength=1.4)


def svg(name: str, draw: Callable[[Any], None]) -> str:
    """The drawing as an `<svg>` element, the same bytes for the same data. `name` keeps the ids of plots apart."""
    require_matplotlib()
    import matplotlib  # 270 ms
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # 270 ms
    from matplotlib.figure import Figure as Canvas  # 270 ms

    style: Any = STYLE | {"svg.hashsalt": name}
    with matplotlib.rc_context(style):
        canvas = Canvas(figsize=SIZE, layout="constrained")
        FigureCanvasSVG(canvas)
        draw(canvas.subplots())
        file = io.StringIO()
        canvas.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return for_page(file.getvalue(), name)


def for_page(drawing: str, name: str) -> str:
    """The drawing without what only a file needs, its colours and its font left to the page."""
    drawing = drawing[drawing.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", drawing, count=1)
    drawing = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", drawing, count=1)
    drawing = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"font-family: [^;\"]*;?", "", drawing)
    for colour, variable in VARIABLES.items():
        drawing = drawing.replace(colour, f"var({variable})")
    # Groups are numbered the same in every drawing of one page.
    return re.sub(r'<g id="([\w.-]+)"', rf'<g id="{name}-\1"', drawing)
