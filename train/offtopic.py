"""Questions that no collection of papers answers: what people ask an assistant that knows everything."""

OFF_TOPIC = tuple(
    line.strip()
    for line in """
    How long do I boil an egg so that the yolk stays soft?
    What is the weather like in Oslo tomorrow?
    Who won the football match last night?
    Can you recommend a film for a rainy evening?
    How do I get red wine out of a carpet?
    What time does the next train to Hamburg leave?
    Write me a poem about autumn leaves.
    Tell me a joke.
    How much is a litre of petrol at the moment?
    Which phone should I buy this year?
    What's the capital of Mongolia?
    How do I reset the password of my router?
    Is it better to rent or to buy a flat?
    How many calories are in a banana?
    Which vaccines do I need for a trip to Kenya?
    My car makes a clicking noise when I turn the key. What is wrong?
    How do I undo my last git commit?
    What is the exchange rate from dollars to yen today?
    Plan a three-day trip to Rome with two children.
    How can I fall asleep faster?
    What is a good present for a ten-year-old?
    Translate 'good morning' into Portuguese.
    Who is the prime minister of Canada?
    How do I prune roses in spring?
    Should I invest in gold or in shares?
    How long does it take to learn the guitar?
    What should I cook with leftover rice?
    When do the shops close on Sunday?
    How do I write a letter of application?
    Can dogs eat chocolate?
    What does my horoscope say for next week?
    Why does my laptop get so hot?
    How do I file my tax return online?
    What is the plot of Hamlet?
    How old is the universe?
    How do I centre a div in CSS?
    TypeError: cannot read properties of undefined, how do I solve this in JavaScript?
    How many players are in a volleyball team?
    What's a cheap hotel near the beach in Valencia?
    How do I knit a scarf?
    Is this mole on my arm dangerous?
    What dose of paracetamol may a child have?
    Which wine goes with grilled salmon?
    How do I renew my passport?
    What is the best way to clean an oven?
    Will interest rates fall next year?
    How do I fix a dripping tap?
    Who painted the Mona Lisa?
    Give me a recipe for lentil soup.
    How far is it from Paris to Berlin by car?
    How often should I water a cactus?
    What is the tallest mountain in South America?
    How do I set up a VPN on my phone?
    What are the rules of chess?
    Do I need a visa for Japan?
    What's on television tonight?
    How do I train a puppy not to bite?
    Which bank gives the best savings rate?
    How do I remove scratches from a wooden table?
    Hello, how are you?
    thanks, that was helpful
    What can you do?
    Please write a cover letter for a job as a nurse.
    How do I sort a list of dictionaries by key in Python?
    Why is my sourdough so dense?
    What time is it in Tokyo?
    Who scored the most goals in the 2014 World Cup?
    How do I iron a shirt?
    what's the best pizza place around here
    how do i lose ten kilos before summer
    Is it legal to ride an electric scooter on the pavement?
    How do I descale a kettle?
    Which shoes are best for running a marathon?
    When was the French Revolution?
    How does a bill become law in the United States?
    How much does it cost to ship a parcel to Australia?
    I have a headache and a fever, what should I take?
    How do I install Windows on a new computer?
    Should I wear a suit to a wedding in June?
    How do I cancel my gym membership?
    """.strip().splitlines()
)
