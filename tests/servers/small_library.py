"""Three made-up papers, and a question that one of them answers."""

PAPERS = [
    {
        "id": "owls",
        "title": "How Barn Owls Turn Their Heads",
        "abstract": "We filmed twelve barn owls in flight. Barn owls turn their heads by 270 degrees. The vertebral "
        "arteries stay open at every angle.",
        "authors": ["Ann Example"],
        "year": 2021,
        "url": "https://example.org/owls",
        "topics": ["birds"],
    },
    {
        "id": "lab/bees",
        "title": "Ultraviolet Vision in Mason Bees",
        "abstract": "Mason bees see ultraviolet light. Their sensitivity peaks at 344 nanometres. Flowers reflect it.",
        "authors": ["Bo Example"],
        "year": 2019,
        "topics": ["insects"],
    },
    {
        "id": "foxes",
        "title": "Red Foxes Hear Mice Under Snow",
        "abstract": "Red foxes hear mice under one metre of snow. They leap towards the north in most hunts.",
        "authors": ["Cy Example"],
        "year": 2023,
        "url": "https://example.org/foxes",
    },
]
ASKED = "By how many degrees do barn owls turn their heads?"
