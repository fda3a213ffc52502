"""Names of persons as other programs want them: family name first."""

from index.identity import is_initials

PARTICLES = {"van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ten", "ter", "zu"}
"""Written small before a family name, of which they are a part."""


def split_name(person: str) -> tuple[str, str]:
    """(family name, given names). The second is empty where the first is all there is."""
    if "," in person:
        family, _, given = person.partition(",")
        return family.strip(), given.strip()
    words = person.split()
    if len(words) < 2:
        return person.strip(), ""
    if is_initials(words[-1]) and not is_initials(words[0]):
        return " ".join(words[:-1]), words[-1]
    at = len(words) - 1
    while at > 1 and words[at - 1] in PARTICLES:
        at -= 1
    return " ".join(words[at:]), " ".join(words[:at])
