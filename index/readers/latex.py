"""What pages leave of LaTeX in an abstract, made readable."""

import re

COMMANDS = {"ie": "i.e.", "eg": "e.g.", "etc": "etc.", "etal": "et al.", "cf": "cf.", "wrt": "w.r.t.", "vs": "vs."} | {
    "times": "×", "pm": "±", "sim": "~", "approx": "≈", "leq": "≤", "geq": "≥", "le": "≤", "ge": "≥", "rightarrow": "→",
    "to": "→", "infty": "∞", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ",
    "mu": "μ", "sigma": "σ", "theta": "θ", "tau": "τ", "ldots": "…", "dots": "…", "cdot": "·", "left": "", "right": "",
    "xspace": "",
}  # fmt: skip

STYLED = re.compile(
    r"\\(?:textit|textbf|texttt|textsc|textrm|text|emph|mathrm|mathbf|mathcal|mathbb|url)\s*\{([^{}]*)\}"
)
COMMAND = re.compile(r"\\([A-Za-z]+)(\.?)")
ESCAPED = re.compile(r"\\([%&#_$^~{}\\])")
FACTOR = re.compile(r"(?<=\d)times(?![A-Za-z])|(?<=\d )times(?= \d)")
BRACKETS = re.compile(r"\b([A-Za-z])left\((.*?)right\)")
GLUED = re.compile(r"~(?=https?://)")


def untangle(text: str) -> str:
    r"""Commands become what they show (`\ie` i.e., `\%` %, `\textit{x}` x, `40times` 40×), others lose their `\`."""
    while (plain := STYLED.sub(r"\1", text)) != text:
        text = plain
    text = ESCAPED.sub(r"\1", COMMAND.sub(show, text))
    text = BRACKETS.sub(r"\1(\2)", FACTOR.sub("×", text))
    return GLUED.sub("", text)


def show(command: re.Match[str]) -> str:
    shown = COMMANDS.get(command[1], command[1])
    return shown if shown.endswith(".") else shown + command[2]
