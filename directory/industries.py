"""Industries (国民经济行业分类), GB/T 4754-2017, beyond those that the directory lists by name."""

from __future__ import annotations

from dataclasses import replace

from directory.vocabulary import Label, Term, Vocabulary

DIVISION_DIGITS = 2


def industry_term(industries: Vocabulary, code: str) -> Term | None:
    """The term of a code of the norm; None for one outside the listed divisions.

    Any class of a listed division may be declared: an unlisted one is shown below its nearest listed ancestor and
    labelled with both.
    """
    if (listed := industries.get(code)) is not None:
        return listed
    for length in range(len(code) - 1, DIVISION_DIGITS - 1, -1):
        if (above := industries.get(code[:length])) is not None:
            label = Label(f"{above.label.zh}（{code}）", f"{above.label.en} ({code})")
            return replace(above, code=code, label=label, description=None, parent=above.code)
    return None


def industry_path(industries: Vocabulary, code: str) -> tuple[str, ...]:
    """The codes from the section down to the code itself; the code alone outside the listed divisions."""
    term = industry_term(industries, code)
    return (*(industries.path(term.parent) if term and term.parent else ()), code)
