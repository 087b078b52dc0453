"""What SmolLM2 is asked when it writes the text that its draft learns from.

`training_prompt` draws from a grammar: a template of one of four kinds, its slots filled
from word lists. `HELD_OUT` was written by hand and is only ever measured on.
"""

import random
import re

KINDS = ("chat", "story", "code", "copy")

# {slot} is filled with an entry of SLOTS, which may have slots itself.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "chat": (
        "What is {topic}?",
        "How does {topic} work?",
        "Explain {topic} to {reader}.",
        "Why is {topic} important?",
        "Give me {few} facts about {topic}.",
        "List {few} advantages and disadvantages of {topic}.",
        "What is the difference between {topic} and {topic}?",
        "Write a short paragraph about {topic}.",
        "Can you tell me about the history of {topic}?",
        "What are the main parts of {topic}? Answer in {few} sentences.",
        "Give me {few} tips on how to {goal}.",
        "How can I {goal}?",
        "I want to {goal}. Where do I start?",
        "Make a list of {few} things I need to {goal}.",
        "Write a step-by-step guide to {goal}.",
        "Name {few} {category}.",
        "List {few} {category} and say one sentence about each.",
        "What are the best {category} for {reader}?",
        "What is the capital of {country}?",
        "Tell me about {country}.",
        "What should I see in {country}? I have {few} days.",
        "What is {number} {operation} {number}?",
        "I have {number} {things} and give away {few}. How many are left?",
        "Is {topic} good for {reader}?",
        "Write an email to {person}, my {relation}, to {purpose}.",
        "Write a letter to {person} about {topic}.",
        "My {relation} wants to {goal}. What should I say?",
        "Give me three questions about {topic} and answer them.",
        "Hello! Who are you, and can you help me to {goal}?",
        "Summarize what is known about {topic}.",
    ),
    "story": (
        "Write a short story about {hero} who {quest}.",
        "Write a story about {hero} and {hero} in {place}.",
        "Tell me a bedtime story about {hero}.",
        "Write the beginning of a {genre} story set in {place}.",
        "Write a {genre} story in which {hero} finds {thing}.",
        "Continue this story: {name} opened the door and saw {thing}.",
        "Continue this story: Once upon a time, {hero} lived in {place}.",
        "Write a poem about {topic}.",
        "Write a short poem about {hero} in {place}.",
        "Describe {place} at night.",
        "Write a dialogue between {hero} and {hero} about {topic}.",
        "Write a diary entry of {hero} who {quest}.",
        "Invent a legend that explains {topic}.",
    ),
    "code": (
        "Write a Python function that {task}.",
        "Write a function in {language} that {task}.",
        "How do I write a program that {task} in {language}?",
        "Write a Python class for {object} with methods to {method} and {method}.",
        "Show me an example of {concept} in {language}.",
        "Explain {concept} in {language} with a short example.",
        "Write a Python script that {task}, with comments.",
        "Write unit tests for a Python function that {task}.",
        "Write an SQL query that finds all {things} with more than {number} {things}.",
        "What does this code do?\n\n{snippet}",
        "Find the bug in this code:\n\n{snippet}",
        "Add a docstring to this function:\n\n{snippet}",
        "Write an HTML page about {topic}.",
    ),
    "copy": (
        "Repeat this text word for word: {text}",
        "Copy the following text exactly:\n\n{text}",
        "Correct the spelling and grammar of this text: {text}",
        "Rewrite this text in the past tense: {text}",
        "Rewrite this text so that it sounds more formal: {text}",
        "Rewrite the following in simpler words: {text}",
        "Summarize the following text: {text}",
        "Put this text into a bulleted list: {text}",
        "Replace every name in this text by {name}: {text}",
        "Here is a text. {text}\n\nWhat does {name} do in it? Quote the text.",
        "Turn these notes into a paragraph: {note}; {note}; {note}.",
        "Sort these words by the alphabet: {things}, {things}, {things}, {things}.",
        "Repeat this list and add two more items: {things}, {things}, {things}.",
        "Rename the variables of this function:\n\n{snippet}",
    ),
}

SLOTS: dict[str, tuple[str, ...]] = {
    "few": ("two", "three", "four", "five", "six"),
    "number": tuple(map(str, (7, 12, 15, 18, 24, 36, 45, 60, 81, 99, 120, 250, 1000))),
    "operation": ("plus", "minus", "times", "divided by"),
    "reader": (
        *("a child", "a beginner", "my grandmother", "a student", "an engineer", "a tourist"),
        *("a teacher", "someone who is busy", "a dog owner", "a small team", "a farmer"),
    ),
    "topic": (
        *("photosynthesis", "gravity", "the water cycle", "inflation", "democracy", "evolution"),
        *("a solar panel", "the internet", "a neural network", "the moon", "an earthquake"),
        *("a volcano", "DNA", "the immune system", "black holes", "the greenhouse effect"),
        *("a bicycle", "a microwave oven", "a battery", "electricity", "magnetism", "light"),
        *("sound", "atoms", "chemical bonds", "the periodic table", "vaccines", "bacteria"),
        *("viruses", "the heart", "the brain", "sleep", "memory", "music", "jazz", "painting"),
        *("the Renaissance", "the Roman Empire", "ancient Egypt", "the French Revolution"),
        *("the Industrial Revolution", "the Great Wall of China", "the printing press"),
        *("the Silk Road", "chess", "football", "basketball", "swimming", "yoga", "running"),
        *("meditation", "coffee", "tea", "chocolate", "bread", "cheese", "recycling", "compost"),
        *("renewable energy", "nuclear power", "wind turbines", "electric cars", "trains"),
        *("airplanes", "ships", "bridges", "skyscrapers", "supply and demand", "taxes"),
        *("money", "banks", "insurance", "the stock market", "marketing", "globalization"),
        *("artificial intelligence", "machine learning", "a database", "encryption", "a compiler"),
        *("an operating system", "probability", "statistics", "algebra", "geometry", "calculus"),
        *("prime numbers", "the Pythagorean theorem", "philosophy", "ethics", "psychology"),
        *("happiness", "friendship", "honesty", "courage", "teamwork", "leadership", "trees"),
        *("rain", "snow", "the ocean", "rivers", "deserts", "rain forests", "coral reefs", "bees"),
        *("whales", "dinosaurs", "birds", "horses", "elephants", "spiders", "wolves", "penguins"),
        *("education", "language", "poetry", "theater", "photography", "cinema", "architecture"),
        *("time", "space travel", "the sun", "Mars", "climate change", "pollution", "agriculture"),
    ),
    "goal": (
        *("learn a new language", "sleep better", "save money", "write a novel", "stay healthy"),
        *("prepare for a job interview", "run a marathon", "cook a simple dinner", "bake bread"),
        *("plant a vegetable garden", "train a puppy", "plan a birthday party", "learn to swim"),
        *("learn to play the guitar", "paint a room", "fix a flat tire", "start a small business"),
        *("give a good presentation", "write a resume", "study for an exam", "manage my time"),
        *("reduce stress", "make new friends", "read more books", "eat less sugar", "lose weight"),
        *("organize my desk", "clean the kitchen", "choose a laptop", "build a website"),
        *("learn Python", "move to another city", "travel cheaply", "pack a suitcase"),
        *("take better photographs", "make coffee", "brew tea", "grow tomatoes", "save water"),
        *("use less electricity", "teach a class", "lead a meeting", "resolve a conflict"),
        *("write a poem", "draw a face", "build a bookshelf", "care for a cat", "go camping"),
    ),
    "category": (
        *("fruits", "vegetables", "rivers in Europe", "famous scientists", "musical instruments"),
        *("programming languages", "healthy breakfasts", "board games", "books", "hobbies"),
        *("sports", "mammals", "birds", "insects", "planets", "metals", "colors", "capital cities"),
        *("famous paintings", "composers", "kinds of cheese", "soups", "desserts", "exercises"),
        *("ways to save energy", "jobs", "school subjects", "movies", "gifts", "inventions"),
        *("kitchen tools", "garden plants", "mountains", "islands", "dance styles", "safety rules"),
    ),
    "country": (
        *("France", "Japan", "Brazil", "Canada", "Egypt", "India", "Kenya", "Mexico", "Norway"),
        *("Italy", "Spain", "Germany", "Australia", "China", "Greece", "Turkey", "Peru", "Chile"),
        *("Poland", "Sweden", "Finland", "Portugal", "Ireland", "Morocco", "Nigeria", "Vietnam"),
        *("Thailand", "Indonesia", "New Zealand", "Argentina", "Iceland", "Austria", "Cuba"),
    ),
    "name": (
        *("Anna", "Ben", "Clara", "David", "Emma", "Farid", "Grace", "Hugo", "Iris", "Jonas"),
        *("Karim", "Lena", "Maria", "Noah", "Olga", "Pablo", "Rosa", "Sam", "Tina", "Umar"),
        *("Vera", "Will", "Yuki", "Zoe", "Lily", "Tom", "Sarah", "John", "Alex", "Mia"),
    ),
    "person": ("{name}", "Mr. {surname}", "Mrs. {surname}", "Dr. {surname}"),
    "surname": ("Smith", "Garcia", "Chen", "Novak", "Khan", "Brown", "Silva", "Tanaka", "Meyer"),
    "relation": (
        *("friend", "teacher", "boss", "neighbor", "colleague", "landlord", "customer", "brother"),
        *("sister", "doctor", "coach", "cousin", "roommate", "professor"),
    ),
    "purpose": (
        *("thank them for their help", "ask for a day off", "invite them to dinner", "apologize"),
        *("cancel a meeting", "ask for advice about {topic}", "complain about the noise"),
        *("announce a new project", "ask for a recommendation", "say that I will be late"),
    ),
    "hero": (
        *("a {mood} {animal}", "a {mood} {worker}", "a {worker} called {name}", "{name}"),
        *("a {animal} called {name}", "an old {worker}", "a young {worker}", "two {mood} children"),
    ),
    "mood": (
        *("brave", "lonely", "curious", "lazy", "clever", "shy", "happy", "tired", "kind", "proud"),
        *("forgetful", "tiny", "stubborn", "gentle", "nervous"),
    ),
    "animal": (
        *("cat", "dog", "fox", "rabbit", "bear", "owl", "mouse", "dragon", "turtle", "horse"),
        *("crow", "frog", "wolf", "lion", "parrot", "squirrel", "robot", "whale", "donkey"),
    ),
    "worker": (
        *("sailor", "baker", "painter", "doctor", "farmer", "teacher", "knight", "princess"),
        *("detective", "astronaut", "gardener", "musician", "scientist", "fisherman", "king"),
        *("witch", "carpenter", "librarian", "pilot", "clockmaker", "nurse", "writer"),
    ),
    "quest": (
        *("learns to fly", "loses a friend", "finds {thing}", "travels to {place}", "cannot sleep"),
        *("wants to see the ocean", "saves the village", "discovers a secret", "gets lost"),
        *("makes a mistake", "meets {hero}", "builds {thing}", "wakes up in {place}"),
        *("learns to be honest", "breaks a promise", "wins a race", "goes home"),
    ),
    "place": (
        *("a small village", "a dark forest", "a big city", "an old castle", "a space station"),
        *("a lighthouse", "a library", "the desert", "a quiet town by the sea", "the mountains"),
        *("a train", "a school", "an island", "a garden", "an abandoned house", "the future"),
        *("a market", "a river valley", "a submarine", "a snowy mountain pass", "a circus"),
    ),
    "genre": ("fantasy", "science fiction", "mystery", "funny", "sad", "ghost", "romantic"),
    "thing": (
        *("a magic lamp", "an old map", "a golden key", "a letter from the past", "a strange egg"),
        *("a broken clock", "a talking mirror", "a hidden room", "a box of stars", "a ship"),
        *("a lost ring", "a machine that sings", "a book without words", "a red balloon"),
    ),
    "things": (
        *("apples", "books", "pencils", "students", "oranges", "cars", "customers", "orders"),
        *("flowers", "candles", "chairs", "stamps", "bottles", "shirts", "eggs", "tickets"),
        *("stones", "cookies", "maps", "lamps", "keys", "clouds", "employees", "products"),
    ),
    "language": ("Python", "JavaScript", "Java", "C", "C++", "Go", "Rust", "Bash"),
    "task": (
        *("reverses a string", "adds two numbers", "checks whether a number is prime"),
        *("computes the factorial of a number", "finds the largest number in a list"),
        *("sorts a list of numbers", "counts the words in a text", "removes duplicates"),
        *("prints the first ten Fibonacci numbers", "checks whether a word is a palindrome"),
        *("converts Celsius to Fahrenheit", "reads a file line by line", "merges two lists"),
        *("computes the average of a list", "finds the common elements of two lists"),
        *("counts how often each letter occurs", "generates a random password"),
        *("computes the sum of the digits of a number", "finds the length of a string"),
        *("prints a multiplication table", "searches a sorted list", "flattens a nested list"),
        *("capitalizes every word", "counts the vowels in a string", "validates an email address"),
        *("computes the area of a circle", "finds the shortest word", "downloads a web page"),
        *("writes a dictionary to a JSON file", "swaps two variables", "transposes a matrix"),
        *("finds all even numbers in a list", "computes the power of a number", "parses a date"),
        *("computes the greatest common divisor", "rotates a list", "simulates rolling a die"),
        *("converts a number to binary", "splits a list into chunks", "plays guess the number"),
    ),
    "object": (
        *("a bank account", "a library", "a shopping cart", "a car", "a student", "a stack"),
        *("a queue", "a linked list", "a binary tree", "a point", "a circle", "a to-do list"),
        *("a calculator", "a deck of cards", "a chess board", "an address book", "a timer"),
    ),
    "method": (
        *("add an item", "remove an item", "print it", "count the items", "find an item", "reset"),
        *("save it to a file", "compare two of them", "compute the total", "update a value"),
    ),
    "concept": (
        *("a loop", "a list comprehension", "recursion", "inheritance", "a dictionary", "a lambda"),
        *("error handling", "a generator", "a decorator", "a hash map", "sorting", "a while loop"),
        *("string formatting", "reading input", "a regular expression", "an if statement"),
    ),
    "snippet": (
        "def {verb}(x, y):\n    return x {sign} y",
        "def {verb}_all(items):\n    result = []\n    for item in items:\n"
        "        if item {comparison} {number}:\n            result.append(item)\n"
        "    return result",
        "total = 0\nfor i in range({number}):\n    total {sign}= i\nprint(total)",
        "def count_{things}({things}):\n    n = 0\n    for x in {things}:\n        n += 1\n"
        "    return n",
        "class {name}:\n    def __init__(self, {things}):\n        self.{things} = {things}\n\n"
        "    def {verb}(self):\n        return len(self.{things})",
        "while n {comparison} {number}:\n    n = n {sign} 2\n    print(n)",
        "def {verb}(text):\n    words = text.split()\n    return [w.upper() for w in words]",
        "{things} = [{number}, {number}, {number}]\nprint(sum({things}) / len({things}))",
    ),
    "verb": ("compute", "collect", "filter", "update", "select", "measure", "process", "merge"),
    "sign": ("+", "-", "*"),
    "comparison": ("<", ">", "==", "!=", ">="),
    "text": (
        "{fact} {fact} {fact}",
        "{fact} {fact} {fact} {fact}",
        "{event} {event} {event}",
        "{event} {fact} {event}",
        "{event} {event} {event} {fact}",
    ),
    "fact": (
        *("The {animal} is {mood}.", "Many people like {topic}.", "{country} is a large country."),
        *("There are {number} {things} in {place}.", "{topic} is older than you think."),
        *("It takes {few} hours to get to {place}.", "Nobody knows who invented {topic}."),
        *("The {things} cost {number} dollars.", "We talked about {topic} and {topic}."),
        *("The meeting is on {day} at {few} o'clock.", "The weather on {day} was cold and wet."),
        *("The museum in {country} shows {number} {things}.", "Every {worker} needs {things}."),
    ),
    "event": (
        *("{name} bought {number} {things} for {name}.", "{name} went to {place} with {name}."),
        *("{name} works as a {worker} in {country}.", "{name} asked {name} about {topic}."),
        *("On {day}, {name} wanted to {goal}.", "The {worker} gave {name} {thing}."),
        *("A {mood} {animal} followed {name} to {place}.", "{name} lost {few} {things} on {day}."),
        *("{name} wrote a letter to {person}.", "{name} has to {goal} before {day}."),
    ),
    "note": (
        *("{name} to {goal}", "meeting on {day}", "{number} {things} ordered", "talk on {topic}"),
        *("call {person}", "budget of {number} dollars", "trip to {country} in {few} weeks"),
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def training_prompt(rng: random.Random) -> tuple[str, str]:
    """A prompt from the grammar: its kind, of KINDS, and its text."""
    kind = rng.choices(KINDS, weights=(4, 2, 2, 2))[0]

    def fill(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda slot: fill(rng.choice(SLOTS[slot[1]])), text)

    prompt = fill(rng.choice(TEMPLATES[kind]))
    return kind, prompt[0].upper() + prompt[1:]


HELD_OUT: dict[str, tuple[str, ...]] = {
    "chat": (
        "What causes the tides?",
        "How do I get my toddler to eat vegetables?",
        "Explain how a refrigerator keeps food cold.",
        "Which is heavier, a kilogram of feathers or a kilogram of iron?",
        "Give me ideas for a rainy weekend in Lisbon.",
        "What is a mortgage, and what should I ask my bank before I sign one?",
        "Who wrote Hamlet, and what is it about?",
        "I can't concentrate when I work from home. Any advice?",
        "What are three good questions to ask at the end of an interview?",
        "Why do onions make people cry?",
    ),
    "story": (
        "Write a story about a snail that enters a cooking contest.",
        "Tell me about the day the clocks of Vienna stopped.",
        "Write a story for my daughter. She likes tractors and the color purple.",
        "Continue: The last passenger left the bus, and the driver finally turned around.",
        "Write a short tale with a surprising end about two umbrellas.",
        "Write a poem about an empty swimming pool in October.",
        "Write the first page of a novel set in a hospital for toys.",
        "Write a scene in which a grandfather explains snow to someone who has never seen it.",
        "Make up a myth about why cats purr.",
        "Write a monologue of a chess pawn one square before promotion.",
    ),
    "code": (
        "Write a Python function that tells whether two words are anagrams of each other.",
        "Write a function that returns the second largest element of an array, in JavaScript.",
        "How do I read a CSV file with pandas and print the mean of each column?",
        "Write a Python class for a thermostat that can be raised, lowered and shown.",
        "Write a shell script that renames all .jpeg files in a folder to .jpg.",
        "Implement bubble sort in C and explain each step.",
        "Write a regular expression that matches a telephone number, and test it in Python.",
        "What is the difference between a list and a tuple in Python? Show an example.",
        "Write a Python decorator that measures how long a function takes.",
        "Write a recursive function that solves the Towers of Hanoi.",
    ),
    # Longer texts, of which SmolLM2 does give most back: of 14 such prompts these are the ten that it obeys.
    "copy": (
        "Put every sentence of this text on a line of its own:\n\nThe council met on Thursday to "
        "discuss the old tannery. The owner wants to turn it into flats. The neighbors fear for "
        "the river. The mayor has promised a new report. The council will decide in May.",
        "Fix the spelling mistakes in this letter and change nothing else:\n\nDear Mrs. Adler, I "
        "have recieved your package yesterday, but two of the blue cups were broken and the "
        "invoice was missing. Please send me two new cups untill Friday. I will send the broken "
        "cups back to you. Kind reguards, Tom",
        "Copy this Python function and add a docstring:\n\ndef halve(number):\n    steps = 0\n"
        "    while number > 1:\n        if number % 2 == 0:\n            number = number // 2\n"
        "        else:\n            number = number - 1\n        steps += 1\n    return steps",
        "Quote this paragraph in full, then stop:\n\nA lighthouse is a tower that shows a bright "
        "light to ships at night. Before electricity, keepers burned wood, coal or oil, and they "
        "lived beside the tower with their families. Today nearly all lighthouses work on their "
        "own.",
        "Write this JSON again, the same keys and values:\n\n"
        '{"name": "Harbor Hotel", "rooms": 42, "stars": 3, "address": '
        '{"street": "Pier Road 7", "city": "Bergen"}, "guests": ["Ada", "Bela", "Chloe"]}',
        "Repeat the list and put a dash in front of each line:\n\ntwo blankets\na bottle of "
        "lemonade\neight paper plates\na sharp knife\na pack of napkins\ntwo ripe melons\n"
        "something against wasps\na ball for the children",
        "Here is a text. Write it again without any change.\n\nMarta met her aunt in Porto. Her "
        "aunt asked whether Marta still played the cello. Marta said that she had sold the cello "
        "to pay for the journey. Her aunt laughed and opened the door to the next room, where a "
        "new cello stood.",
        "Rewrite this code with four spaces of indentation:\n\nfor row in table:\n  for cell in "
        "row:\n    if cell is None:\n      print('empty cell')\n    else:\n      print(cell)\n"
        "  print('end of row')\nprint('end of table')",
        "Proofread this text and return the corrected text:\n\nThe old mill stands at the end of "
        "the village, where the road meets the river. For two hundred years it ground the wheat "
        "of every farm in the valley. When the last miller died, his daughter turned the mill "
        "into a library. Now the farmers come to borrow books, and the wheel still turn.",
        "Copy the following lines of the log, all of them:\n\n2026-03-01 08:00:12 INFO server "
        "started on port 8080\n2026-03-01 08:00:15 INFO connected to the database\n"
        "2026-03-01 08:02:41 WARN slow query: 1200 ms\n2026-03-01 08:05:02 ERROR connection lost\n"
        "2026-03-01 08:05:07 INFO connected to the database",
    ),
}
