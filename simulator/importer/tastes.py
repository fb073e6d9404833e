"""Words for what people like, mapped to the categories of the knowledge base and to attributes of ideas."""

from __future__ import annotations

import re

from edge_assistant.domain import ATTRIBUTES
from edge_assistant.knowledge import CATEGORIES

_CATEGORY_WORDS: dict[str, str] = {
    "cooking":
        r"cook\w*|recipes?|meals?|dish(?:es)?\b(?! ?wash)|culinary|cuisine|dinner|lunch|breakfast|soups?"
        r"|spices?|food|kitchen (?:experiments?|projects?)|ferment\w*|pickl\w+|preserv\w+|flavou?rs?",
    "baking":
        r"bak(?:e|es|ing|er)|bread|sourdough|dough|grains?|cakes?|pastr(?:y|ies)|cookies|biscuits?|loaf|loaves"
        r"|starter",
    "nutrition":
        r"nutrition\w*|healthy (?:eating|food|meals|snacks?)|diets?|dietary|snack\w*|vegetables|fruit|eating"
        r"|hydrat\w+|vitamins?|protein|vegan|vegetarian",
    "drinks": r"\bteas?\b|coffee|drinks?|cocktails?|smoothies?|brew(?:s|ing)?|juices?|mat\u00e9|espresso",
    "exercise":
        r"exercis\w+|fitness|work-?outs?|stretch\w*|yoga|pilates|run(?:s|ning)\b|jog\w*|swim\w*|cycl\w+|gym\b"
        r"|sports?|physical (?:activit\w+|movement)|movement|strength|danc\w+|martial arts?|tai chi|football"
        r"|soccer|tennis|climbing|active\b|athletic\w*|train(?:ing)?\b(?! (?:rides?|sets?))|marathon",
    "rest":
        r"\brest(?:ing|s|ful)?\b|relax\w*|nap(?:s|ping)?\b|wind(?:ing)? down|unwind\w*|baths?\b|self[- ]care"
        r"|comfort\w*|co[sz]y\b|slow(?:ing)? down|calming|soothing",
    "sleep": r"sleep(?!y)\w*|bed ?time (?:routine|habits?)|insomnia|evening routine",
    "mindfulness":
        r"mindful\w*|meditat\w*|breath\w*|sensory|senses|being present|grounding|yoga nidra|spiritual\w*|prayer"
        r"|contemplat\w*|clouds?",
    "reflection":
        r"reflect\w*|journal\w*|gratitude|diar(?:y|ies)|self[- ]improvement|personal growth|life goals"
        r"|introspect\w*|philosoph\w*|deep questions|thinking about life|memoir",
    "crafts":
        r"crafts?\w*|knit\w*|crochet\w*|sew(?:ing|s)?\b|embroider\w*|quilt\w*|weav\w+|pottery|ceramics?"
        r"|woodwork\w*|carv\w+|whittl\w+|origami|bookbinding|hand-?made|handi\w+|(?:with|for|using) my hands"
        r"|jewell?ery|leather\w*|models? (?:building|ships?|trains?|kits?|railways?)|model-\w+|diy|candle[- "
        r"]making|upcycl\w+|macram\w+",
    "art":
        r"draw(?:s|n|ing|ings)?\b|paint\w*|sketch\w*|illustrat\w*|\barts?\b|artistic|artwork|watercolou?rs?"
        r"|calligraph\w*|prints?\b|printing|printmaking|sculpt\w*|museums?|galler(?:y|ies)|comics? drawing"
        r"|coastlines|design\b|doodl\w+",
    "writing":
        r"writ(?:e|es|ing|ings)\b|poems?|poetry|poetic|stories|storytelling|fiction writing|letters?|haiku"
        r"|blog\w*|screenplay|lyrics|novel writing",
    "music":
        r"music\w*|sing(?:ing|s)?\b|songs?|piano|guitars?|violin|cello|drums?|choirs?|concerts?|jazz|opera"
        r"|playlists?|albums?|vinyl|flute|instruments?|compos(?:e|ing|ition|er)\w*|orchestra|accordion|ukulele",
    "film":
        r"films?|movies?|cinema|series\b|documentar(?:y|ies)|tv\b|television|shows?\b|anime|netflix|theatre"
        r"|dramas?|directors",
    "audio": r"podcasts?|radio|audio ?books?|soundscapes?",
    "reading":
        r"read(?:ing|s)?\b|books?\b|novels?|literature|magazines?|comics?\b|manga|library|authors?|sci-?fi"
        r"|science fiction|fantasy novels?|mystery novels?|travel journals",
    "learning":
        r"learn\w*|stud(?:y|ies|ying)|facts?\b|knowledge|history|scien(?:ce|tific)\w*|courses?|educat\w*"
        r"|intellectual\w*|research\w*|astronom\w*|math\w*|physics|biology|psycholog\w*|trivia|skills?|academic"
        r"|curios\w+|technolog\w*|lectures?",
    "languages":
        r"languages?|vocabulary|spanish|french|german|japanese|italian|mandarin|korean|arabic|portuguese"
        r"|linguist\w*|bilingual|duolingo|translation",
    "heritage":
        r"heritage|genealog\w*|family history|ancest\w*|local history|maps?\b|cartograph\w*|traditions?|customs"
        r"|folklore|antiques?|culture|cultural|archaeolog\w*",
    "games":
        r"games?\b|gam(?:ing|er)|chess|puzzles?|cards?\b|crosswords?|sudoku|board ?games?|jigsaws?|riddles?"
        r"|role-?play\w*|dungeons|esports?|video ?games?|competitive",
    "tinkering":
        r"tinker\w*|cod(?:e|ing)\b|programming|electronics?|robot\w*|raspberry|arduino|gadgets?|radios? "
        r"building|3d print\w*|machines|hack(?:s|ing|athons?)?\b|open[- ]source|engineering|home automation"
        r"|soldering",
    "photography": r"photo\w*|cameras?",
    "creativity":
        r"creativ\w*|imagin\w+|invent\w*|improvis\w*|brainstorm\w*|play(?:ful|fulness)|experiment\w*|whims\w+"
        r"|quirky|unusual ideas",
    "tidying":
        r"tid(?:y|ies|ying)|clean\w*|declutter\w*|organi[sz]\w+|chores?|housework|laundry|household"
        r"|housekeeping|minimalis\w+",
    "repairs":
        r"repairs?|repairing|mend\w*|fix(?:ing)?\b|maintenance|restor(?:e|es|ing|ation)|renovat\w*|bicycles? "
        r"repair\w*|home improvement",
    "style":
        r"fashion|cloth(?:es|ing)|style\b|styling|outfits?|skin ?care|make-?up|beauty|hair\b|interior\w*"
        r"|decorat\w*|grooming|wardrobe|thrift\w*",
    "plants":
        r"plants?\b|garden\w*|herbs?|seeds?|seedlings?|flowers?|bonsai|orchids?|balcony boxes|allotment"
        r"|succulents?|botan\w*|horticultur\w*|vegetable (?:patch|garden)|tomatoes|roses",
    "pets":
        r"pets?\b|cats?\b|dogs?\b|rabbits?|hens\b|chickens?|aquarium|horses?|parrots?|animals?|puppy|kittens?"
        r"|bees?\b|beekeeping|tortoise",
    "outdoors":
        r"outdoors?|outside|nature|walks?\b|walking|hik(?:e|es|ing)|fresh air|birds?\b|bird-?\w+|weather|sky\b"
        r"|stars|stargaz\w*|forests?|woods|parks?\b|camping|beach\w*|sea\b|mountains?|foraging|fishing|sunsets?"
        r"|clouds?|trails?|lakes?|rivers?|travel\w*",
    "family":
        r"famil(?:y|ies)|kids?\b|children|grand(?:children|kids|son|daughter|mother|father|parents)\w*|sons?\b"
        r"|daughters?|parents?\b|mother|father|siblings?|brother|sister|husband|wife|spouse|partner",
    "friends":
        r"friends?\b|friendships?|social(?! media)\w*|parties|party|meet(?:ing)? (?:new )?people|dinner guests"
        r"|hosting|gatherings?|hang(?:ing)? out|pen pals?|conversations?|connect(?:ing)? with (?:others|people)",
    "community":
        r"communit\w+|volunteer\w*|neighbou?rs?|charit\w+|clubs?\b|activis\w+|helping others|mentor\w*|church "
        r"groups?|local events?|giving back|causes|sustainab\w+|environment\w*",
    "finances":
        r"financ\w*|money|budget\w*|sav(?:e|ing) money|savings|bills?\b|invest\w*|income|tax(?:es)?|stocks"
        r"|spending|frugal\w*",
    "work_breaks":
        r"work breaks?|screen breaks?|micro-?breaks?|short breaks?|desk stretch\w*|posture|eye rest|break ideas"
        r"|taking breaks|ergonom\w*|breaks?\b",
    "focus":
        r"productiv\w*|focus\w*|time management|efficien\w*|to-?do lists?|deadlines?|planning|work(?:ing)? "
        r"(?:tips|advice|faster|habits|strategies|tasks|ideas|more)|work[- ]related|career\w*|professional "
        r"(?:growth|development)|concentrat\w*|procrastinat\w*|goal[- ]setting|business\b|optimi[sz]\w*|life "
        r"?hacks?|study (?:tips|strategies|techniques|habits)",
    "mail_meetings": r"e-?mails?|inbox|meetings?|calendars?|correspondence|messages|networking|linkedin",
    "digital_hygiene":
        r"digital (?:hygiene|declutter\w*|detox|minimalism)|passwords?|backups?|notifications? settings|files\b"
        r"|screen[- ]time|phone use|unsubscrib\w*|software updates",
}  # fmt: skip
_CATEGORY_PATTERNS = tuple(
    (category, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.I))
    for category, pattern in _CATEGORY_WORDS.items()
    if category in CATEGORIES
)

# attribute, weight when wished for, words; a refusal turns the sign round
_ATTRIBUTE_WORDS: tuple[tuple[str, float, str], ...] = (
    ("effort", -0.4,
        r"small|easy|simple|effortless|low[- ]effort|undemanding|light(?:weight)?\b|manageable|lazy|tiny|low[- "
        r"]key|doable|little things"),
    ("effort", 0.4,
        r"strenuous|demanding|exhausting|hard work|ambitious|big projects?|effortful|physically|tiring"
        r"|complicated|complex|challeng\w+|elaborate|laborious|heavy|intense|difficult"),
    ("minutes", -0.4,
        r"quick\w*|short\b(?! stor)|brief(?:ly)?\b|small|five[- ]minutes?|few minutes|bite-?sized?|fast\b"
        r"|time[- ]efficient|tiny|little time"),
    ("minutes", 0.4,
        r"long (?:projects?|activities|sessions|tasks|walks?|hikes?)|lengthy|time[- ]consuming|all[- ]day"
        r"|immersive|slow\b|long-term projects?|lengthy"),
    ("social", 0.4,
        r"social(?! media)\w*|with (?:others|people|friends|my (?:family|kids|children|partner|wife|husband"
        r"|friends|neighbou?rs))|together|company|friends|group\b|people|communit\w+|connect\w*|crowds?"
        r"|strangers|parties|gatherings?|conversations?|collaborat\w*"),
    ("social", -0.4, r"alone|solitary|solitude|by myself|on my own|solo|quiet|introvert\w*|private(?:ly)?"),
    ("novelty", 0.4,
        r"\bnew\b|novel(?:ty)?\b(?!s)|surpris\w*|unusual|unexpected|original|creative|fresh ideas?|adventur\w*"
        r"|explor\w+|different|try(?:ing)? out|imaginative|quirky|inspiring|discover\w*|experimental|out of "
        r"the ordinary|exotic|whimsical|variety|strange|obscure"),
    ("novelty", -0.4,
        r"familiar|tried and (?:true|tested)|traditional|routine\b|usual|habits?|classic|conventional|same as "
        r"always|practical|predictable|well[- ]known"),
    ("stimulation", -0.4,
        r"calm\w*|relax\w*|quiet\w*|peaceful|sooth\w+|gentle|restful|slow\b|serene|tranquil|cosy|cozy|grounding"
        r"|soft\b"),
    ("stimulation", 0.4,
        r"exciting|stimulat\w+|energi[sz]\w+|fun\b|challeng\w+|thrilling|competitive|lively|loud|intense"
        r"|intellectual\w*|thought[- ]provoking|playful|adventur\w*|hectic|stressful|noisy"),
    ("cost", -0.4,
        r"cheap|free of charge|inexpensive|frugal|affordable|low[- ]cost|without (?:spending|buying)|what (?:i"
        r"|we) (?:already )?have (?:at home)?|thrifty|budget[- ]friendly"),
    ("cost", 0.4,
        r"expensive|cost(?:s|ly)?(?: money| much| a lot)?|spend(?:ing)?(?: money)?|luxur\w+|buy(?:ing)?"
        r"|purchas\w+|shopping|consumer\w*"),
    ("health", 0.4,
        r"health(?:y|ier|ily)?|well-?being|wellness|fit(?:ness)?\b|nutritio\w+|good for (?:my|the) (?:body"
        r"|health|back|heart)|active\b|stay(?:ing)? in shape"),
)  # fmt: skip
_ATTRIBUTE_PATTERNS = tuple(
    (name, weight, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.I))
    for name, weight, pattern in _ATTRIBUTE_WORDS
    if name in ATTRIBUTES
)


def categories(text: str) -> dict[str, str]:
    """Categories that a text names, each with the words that named it."""
    return {category: match.group(0) for category, pattern in _CATEGORY_PATTERNS if (match := pattern.search(text))}


def attributes(text: str) -> dict[str, tuple[float, str]]:
    """Attributes that a text names, with the weight that a wish for them has and the words."""
    found: dict[str, tuple[float, str]] = {}
    for name, weight, pattern in _ATTRIBUTE_PATTERNS:
        match = pattern.search(text)
        if match:
            found[name] = (
                (0.0, match.group(0)) if name in found and found[name][0] * weight < 0 else (weight, match.group(0))
            )
    return {name: value for name, value in found.items() if value[0]}
