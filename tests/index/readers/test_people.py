"""Authors are persons, "Given Surname", however a source writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Paper
from index.readers.fields import make_paper
from index.readers.people import read_people
from index.readers.row import Row


@pytest.mark.parametrize(
    ("written", "persons"),
    [
        ("Lee, Ann; Sun, Bo", ("Ann Lee", "Bo Sun")),
        ("Lee, Ann and Sun, Bo", ("Ann Lee", "Bo Sun")),
        ("Ann Lee, Bo Sun, and Cy Day", ("Ann Lee", "Bo Sun", "Cy Day")),
        ("Lee, G.A., Sun, B.", ("G.A. Lee", "B. Sun")),
        ("Lee G.A., Sun B.", ("G.A. Lee", "B. Sun")),
        ("Lee GA, Sun B", ("G.A. Lee", "B. Sun")),
        ("Lee, A., Sun, B., & Day, C.", ("A. Lee", "B. Sun", "C. Day")),
        ("G. A. Lee; B. Sun", ("G. A. Lee", "B. Sun")),
        ("LEE, GA and SUN, B", ("GA LEE", "B SUN")),
        ("Ann Lee|Bo Sun", ("Ann Lee", "Bo Sun")),
        ("['Lee, Ann', 'Sun, Bo']", ("Ann Lee", "Bo Sun")),
        ('["Ann Lee", "Bo Sun"]', ("Ann Lee", "Bo Sun")),
        ("Lee, Ann\nSun, Bo", ("Ann Lee", "Bo Sun")),
        ("{{Group of Lee and Sun}} and Day, Cy", ("Group of Lee and Sun", "Cy Day")),
        ("{World Hedgehog Society}", ("World Hedgehog Society",)),
        ("Lee, Ann and others", ("Ann Lee",)),
        ("Lee A, Sun B, et al.", ("A. Lee", "B. Sun")),
        ("Ann Lee, Bo Sun (Univ. of Nowhere)", ("Ann Lee", "Bo Sun")),
        ("Lee, Ann (0000-0001-2345-6789); Sun, Bo [2]", ("Ann Lee", "Bo Sun")),
        ("Lee, Ann 1; Sun, Bo*", ("Ann Lee", "Bo Sun")),
        ("van der Berg, Anna Maria", ("Anna Maria van der Berg",)),
        ("de la Cruz A.B., García-López M.", ("A.B. de la Cruz", "M. García-López")),
        ("King, Bo, Jr.", ("Bo King Jr.",)),
        ("King, Jr., Bo and Lee, Ann", ("Bo King Jr.", "Ann Lee")),
        (r"M{\"u}ster, J{\"o}rg", ("Jörg Müster",)),
        ("李明; 王芳", ("李明", "王芳")),
        ("Plato", ("Plato",)),
        ("[No author name available]", ()),
        ("Anonymous", ()),
        ("NA", ()),
        (["Lee, Ann", "Sun B"], ("Ann Lee", "B. Sun")),
        ([{"given": "Ann", "family": "Lee"}, {"literal": "The Society"}], ("Ann Lee", "The Society")),
        ([{"firstName": "Ann", "lastName": "Lee"}, {"name": "Bo Sun"}], ("Ann Lee", "Bo Sun")),
        ([{"first": "Ann", "middle": ["C."], "last": "Lee", "suffix": ""}], ("Ann Lee",)),
        ([{"given": "Ann", "family": "Berg", "non-dropping-particle": "van der"}], ("Ann van der Berg",)),
        ([["Lee", "Ann", ""], ["King", "Bo", "Jr."]], ("Ann Lee", "Bo King Jr.")),
        ([{"author": {"display_name": "Ann Lee"}}], ("Ann Lee",)),
        (7, ()),
        (None, ()),
    ],
)
def test_every_form_gives_persons(written: object, persons: tuple[str, ...]) -> None:
    assert read_people(written) == persons


@pytest.mark.parametrize("column", ["Author/s", "Author Names", "Authors", "Author", "AU", "AF", "authors_parsed"])
def test_columns_of_authors_are_known_by_their_usual_names(column: str) -> None:
    paper = make_paper(Row({"title": "Hedgehogs", "abstract": "We weighed them.", column: "Lee, Ann; Sun, Bo"}))
    assert isinstance(paper, Paper)
    assert paper.authors == ("Ann Lee", "Bo Sun")


values = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from(["Lee, A.", "and", ";", "[", "{{x}}", "et al."]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["given", "family", "name", "author"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_anything_gives_names_without_gaps(value: object) -> None:
    for name in read_people(value):
        assert name == name.strip()
        assert name


def test_what_is_no_list_of_names_is_read_at_once() -> None:
    assert read_people("x" * 200_000) == ("x" * 200_000,)
    assert len(read_people("{" + "x " * 100_000)) == 1


@pytest.mark.parametrize("noise", [" " * 40_000, "<?xml?>" * 20_000, "\n " * 20_000, "(a)" * 20_000])
def test_long_noise_between_names_does_not_take_for_ever(noise: str) -> None:
    assert read_people(f"Ann Lee{noise}; Bo Sun") == ("Ann Lee", "Bo Sun")
