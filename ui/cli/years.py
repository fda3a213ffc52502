"""--year FROM-TO."""

import re

import click


def read_years(year: str | None) -> tuple[int | None, int | None]:
    """First and last, None where it is open."""
    if not year:
        return None, None
    first, dash, last = year.partition("-")
    if not re.fullmatch(r"[0-9]{0,4}", first) or not re.fullmatch(r"[0-9]{0,4}", last) or not first + last:
        raise click.BadParameter(f"{year!r} is not a year or a range such as 2020-2022.", param_hint="--year")
    low, high = (int(part) if part else None for part in (first, last))
    return low, high if dash else low
