"""Words for what people like, mapped to the categories of the knowledge base and to attributes of ideas."""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge_assistant.domain import ATTRIBUTES
from edge_assistant.ranker.ideas import CATEGORIES

_CATEGORY_WORDS: dict[str, str] = {
    "cooking":
        r"cook\w*|recipes?|meals?|dish(?:es)?\b(?! ?wash)|culinary|cuisine|dinner|lunch|breakfast|soups?"
        r"|spic(?:es?|y|ing)|food(?! for thought)|kitchen (?:experiments?|projects?|tricks?)|ferment\w*|pickl\w+"
        r"|preserv(?:es?|ing)|flavou?rs?"
        r"|ingredients?|fillings?|rice|brine|seasonings?|marinades?|sauces?|stews?|curr(?:y|ies)|leftovers"
        r"|cuts? of meat"
        r"|(?:in(?:to)?|on) the"
        r" (?:pot|pan|grill|wok|stew)|throw in(?:to)? the|casseroles?|noodles?|barbecue|grill(?:ing)?\b",
    "baking":
        r"bak(?:e|es|ing|er)|bread|sourdough|dough|grains?|cakes?|pastr(?:y|ies)|cookies|biscuits?|loaf|loaves"
        r"|starter",
    "nutrition":
        r"nutrition\w*|healthy (?:eating|food|meals|snacks?)|diet(?:s|ing|ary)?|snack\w*|vegetables|fruit|eating"
        r"|hydrat\w+|drink(?:ing)? (?:\w+ )?water|calories?|vitamins?|protein|vegan|vegetarian",
    "drinks": r"\bteas?\b|coffee|drinks?|cocktails?|smoothies?|brew(?:s|ing)?|grind(?:ers?| settings?)|juices?"
        r"|mat\u00e9|espresso",
    "exercise":
        r"(?<!breathing )exercis\w+|fitness|work-?outs?|stretch\w*|yoga|pilates|run(?:s|ning)\b(?! (?:a|the|my"
        r"|into|out|late|low|costs|errands|of))|jog\w*|swim\w*|cycl\w+|gym\b"
        r"|sports?|gymnastics|physical (?:activit\w+|movement)|movement|strength (?:training|exercises)|danc\w+"
        r"|push-?ups"
        r"|squats|spinning class\w*|martial arts?|tai chi|football"
        r"|soccer|tennis|climbing|athletic\w*|training\b(?! (?:rides?|sets?))|marathon",
    "rest":
        r"(?<!the )\brest(?:ing|ful)?\b(?! of| is| are)|relax\w*|nap(?:s|ping)?\b|wind(?:ing)? down|unwind\w*"
        r"|baths?\b|self[- ]care"
        r"|comfort\b(?! (?:zone|food))|(?:look after|take care of|be kind to) (?:myself|yourself)|co[sz]y\b"
        r"|slow(?:ing)? down",
    "sleep": r"sleep(?!y)\w*|bed ?time (?:routine|habits?)|insomnia|evening routine",
    "mindfulness":
        r"mindful\w*|meditat\w*|breathe\b|(?:deep )?breathing(?! space)|breathwork|to my breath|sensory|senses"
        r"|being present|grounding|yoga nidra|spiritual\w*|prayer"
        r"|contemplat\w*|mystic\w*|crystals",
    "reflection":
        r"(?:self-)?reflect\w*|journal(?:s|l?ing)?\b|self[- ]help|psycholog\w*|feelings|gratitude|diar(?:y|ies)"
        r"|self[- ]improvement|personal growth|life goals"
        r"|introspect\w*|philosoph\w*|deep questions|thinking about life|memoir",
    "crafts":
        r"crafts?\w*|knit\w*|crochet\w*|sew(?:ing|s)?\b|embroider\w*|quilt\w*|weav\w+|pottery|ceramics?"
        r"|woodwork\w*|carv\w+|whittl\w+|origami|bookbinding|hand-?made|handi(?:crafts?|work)|(?:with|for"
        r"|using) my hands"
        r"|hands[- ]on|yarns?|wool|stitch\w*|loom|dye(?:s|ing)?|joints|timber|wood(?:s types|en)?\b(?!s)"
        r"|sharpening|cardboard|cloth\b"
        r"|jewell?ery|leather\w*|models? (?:building|ships?|trains?|kits?|railways?)|model-\w+|diy|candle[- "
        r"]making|upcycl\w+|macram\w+",
    "art":
        r"draw(?:s|n|ing|ings)?\b(?! to| towards| out| up| on)|paint(?:ing|ings|ed|brush\w*|s)\b|to paint"
        r"|pigments?|palettes?|motifs?|sketch\w*|illustrat\w*|\barts?\b|artistic|artwork|watercolou?rs?"
        r"|calligraph\w*|brush strokes?|(?<!by )(?<!in )colou?rs?\b(?! of (?:my|the))"
        r"|(?<!small )(?<!fine )(?<!3d )prints?\b"
        r"|printing|printmaking|sculpt\w*|museums?|galler(?:y|ies)|comics? drawing"
        r"|coastlines|design\b|doodl\w+",
    "writing":
        r"writ(?:e|es|ing|ings)\b|verses?|essays?|poems?|poetry|poetic|stories|storytelling|fiction writing"
        r"|letters?|haiku"
        r"|blog\w*|screenplay|lyrics|novel writing",
    "music":
        r"music\w*|sing(?:ing|s)?\b(?! praises)|songs?|(?<!for the )(?<!track )records?\b(?! of| keeping)"
        r"|recordings?|tunes?\b|tunings?\b(?! (?:up|his|her|my|their|our|the|an?|old)\b)|hymns?|bands?\b|riffs?"
        r"|solos\b|quartets?|ballads?|chords?|harmon(?:y|ies|ic)|melod\w+"
        r"|sounds?\b(?! (?:like|good|right))|piano|guitars?|violin|cello|drums?|choirs?|concerts?|jazz|opera"
        r"|playlists?|albums?|orchestras?|vinyl|flute|instruments?|compos(?:e|ing|ition|er)\w*|accordion|ukulele",
    "film":
        r"films?|movies?|cinema|series\b(?! of)|episodes?|documentar(?:y|ies)|tv\b|television|(?:a|the|my|tv|old"
        r"|new|quiz|game) shows?\b|shows\b|anime|netflix|theatre"
        r"|dramas?|directors",
    "audio": r"podcasts?|radio(?:s|\b)(?! build)|sounds? to capture|audio ?books?|soundscapes?",
    "reading":
        r"read(?:ing|s)?\b|books?\b(?! club)|novels?|literature|magazines?|articles?|comics?\b|manga|authors?|sci-?fi"
        r"|science fiction|fantasy novels?|mystery novels?|travel journals",
    "learning":
        r"learn\w*|stud(?:y|ies|ying)(?! tips|[- ]harder| techniques| habits| tricks)|facts?\b|knowledge|history"
        r"|statistic\w*|plotting|erudit\w+|etymolog\w+|theor(?:y|ies)|scien(?:ce|tific)\w*|courses?|educat\w*"
        r"|intellectual\w*|research\w*|astronom\w*|math\w*|physics|biology|trivia|tongue twisters|skills?|academic"
        r"|curios\w+|technolog\w*",
    "languages":
        r"languages?|etymolog\w+|words? origins?|vocabulary|spanish|french|german|japanese|italian|mandarin|korean"
        r"|arabic|portuguese"
        r"|linguist\w*|bilingual|duolingo|translation",
    "heritage":
        r"heritage|genealog\w*|family history|ancest\w*|local history|maps?\b|cartograph\w*|traditions?|customs"
        r"|folklore|legends?|family papers|archives?|old street names|antiques?|(?<!pop )culture|cultural"
        r"|archaeolog\w*",
    "games":
        r"games?\b|gam(?:ing|er)|backgammon|draughts|checkers|dominoes|cards? tricks?|chess|puzzles?|cards?\b"
        r"|crosswords?|sudoku"
        r"|board ?games?|jigsaws?|riddles?"
        r"|role-?play\w*|dungeons|esports?|video ?games?|competitions?|quiz\w*",
    "tinkering":
        r"tinker\w*|cod(?:e|ing)\b(?! of)|engines?\b|motors?\b|circuits?|apps\b|batter(?:y|ies)|internet"
        r"|computers?\b|programming|electronics?|robot\w*|raspberry|arduino|gadgets?|radios? "
        r"building|3d print\w*|machines|(?<!life )hack(?:s|ing|athons?)?\b|open[- ]source|engineering|home automation"
        r"|soldering",
    "photography": r"photo\w*|cameras?",
    "creativity":
        r"creativ\w*|imagin\w+|invent\w*|improvis\w*|brainstorm\w*|play(?:ful|fulness)|experiment\w*|whims\w+"
        r"|quirky|unusual ideas",
    "tidying":
        r"tid(?:y|ies|ying)(?:-up)?|clean(?:ing|s)?\b|declutter\w*|organi[sz]\w+|chores?|housework|laundry"
        r"|household (?:tips?|hints?|tasks?|order)"
        r"|housekeeping|minimalis\w+",
    "repairs":
        r"repairs?|repairing|mend(?:s|ing|ed)?\b|fix(?:ing|es)?\b|engines?\b|(?:spare )?parts\b"
        r"|an? (?:\w+ )?part$|(?:bicycle|bike|car) care"
        r"|(?<!painting )tiles|maintenance|restor(?:e|es|ing|ation)|renovat\w*|bicycles? "
        r"repair\w*|home improvement",
    "style":
        r"fashion|cloth(?:es|ing)|style\b|styling|outfits?|skin ?care|make-?up|beauty|hair\b|interior\w*"
        r"|decorat\w*|grooming|wardrobe|thrift\w*",
    "plants":
        r"plants?\b|garden\w*|prun(?:e|es|ing)|weeding|greenhouse|compost\w*|sow(?:ing)?\b|herbs?|seeds?"
        r"|seedlings?|flowers?"
        r"|bonsai|orchids?|balcony boxes|allotment"
        r"|succulents?|botan\w*|horticultur\w*|vegetable (?:patch|garden)|tomatoes|roses",
    "pets":
        r"pets?\b|cats?\b|dogs?\b|rabbits?|hens\b|chickens?|aquarium|horses?|parrots?|animals?|puppy|kittens?"
        r"|bee(?:s|hives?)?\b|beekeeping|tortoise",
    "outdoors":
        r"outdoors?\b|outside\b(?! (?:of|my|the|work))|out of the house|nature\b(?! of)|walks?\b(?! of life)"
        r"|walking|hik(?:e|es|ing)|fresh air|birds?\b|bird-?\w+|stroll\w*|canal|constellations?|in the sun\b"
        r"|weather|sky\b"
        r"|stars|stargaz\w*|forests?|woods|(?<!car )parks?\b|camp(?:ing|fire)|beach\w*|sea\b|mountains?|foraging"
        r"|fishing|sunsets?"
        r"|clouds?|trails?|lakes?|rivers?|travel\w*",
    "family":
        r"famil(?:y|ies)(?! (?:papers|history|tree|recipes?|name|archive))|kids?\b|children|grand(?:children|kids"
        r"|son|daughter|mother|father|parents)\w*|sons?\b"
        r"|daughters?|parents?\b|mother|father|siblings?|brother|sister|husband|wife|spouse|(?:my|a"
        r"|with) partner\b|motherhood|fatherhood|parenting",
    "friends":
        r"friends?\b|friendships?|social(?! media)\w*|parties|party|meet(?:ing)? (?:new )?people|dinner guests"
        r"|hosting|gatherings?|hang(?:ing)? out|pen pals?|conversations?|connect(?:ing)? with (?:others|people)",
    "community":
        r"communit\w+|volunteer\w*|neighbou?rs?|charit\w+|clubs?\b|activis\w+|helping others|mentor\w*|church "
        r"groups?|local events?|giving back|causes|sustainab\w+|environment\w*",
    "finances":
        r"financ\w*|money(?:'s worth)?|stock market|(?<!on )budget\w*|sav(?:e|ing) money|savings|bills?\b"
        r"|invest\w*|income|tax(?:es)?|stocks"
        r"|spending|frugal\w*",
    "work_breaks":
        r"work breaks?|screen breaks?|micro-?breaks?|short breaks?|desk stretch\w*|posture|eye rest|break ideas"
        r"|(?:take|taking) (?:a |more )?breaks?|ergonom\w*|breaks\b",
    "focus":
        r"productiv\w*|focus(?! on)\w*|spreadsheets?|schedul\w*|(?:order (?:for|of)|clear) my tasks"
        r"|study[- ]harder|time management|efficien\w*|to-?do lists?|deadlines?|planning|work(?:ing)? "
        r"(?:tips|advice|faster|habits|strategies|tasks|ideas|more)|work[- ]related|career\w*|professional "
        r"(?:growth|development)|concentrat\w*|procrastinat\w*|goal[- ]setting|business\b|optimi[sz]\w*|life "
        r"?hacks?|study (?:tips|tricks|strategies|techniques|habits)",
    "mail_meetings": r"e-?mails?|inbox|meetings?|calendars?|correspondence(?! chess| course)|messages|networking"
        r"|linkedin",
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
        r"small(?! talk| print| hours| town)|easy|simple|effortless|little effort|low[- ]effort|undemanding"
        r"|(?<!the )(?<!of )light(?:weight)?\b(?! (?:at|in|on|of|from|through|falls?|and shad\w+)\b)|manageable"
        r"|lazy|tiny|low[- "
        r"]key|doable|little things"),
    ("effort", 0.4,
        r"strenuous|demanding|exhausting|hard work|ambitious|(?:a |big |another )projects?|effortful|physically"
        r"|tiring"
        r"|complicated|complex|challeng\w+|elaborate|laborious|heavy|intense|difficult"),
    ("minutes", -0.4,
        r"quick\w*|short\b(?! stor)|brief(?:ly)?\b|small(?! talk| print| hours| town)|five[- ]minutes?|few minutes"
        r"|bite-?sized?|fast\b"
        r"|time[- ]efficient|tiny|little time"),
    ("minutes", 0.4,
        r"long (?:projects?|activities|sessions|tasks|walks?|hikes?)|lengthy|time[- ]consuming|all[- ]day"
        r"|immersive|slow\b|long-term projects?|lengthy"),
    ("social", 0.4,
        r"social(?! media)\w*|with (?:others|people|friends|my (?:family|kids|children|partner|wife|husband"
        r"|friends|neighbou?rs))|(?<!put )(?<!putting )together|(?<!own )(?<!the )company|friends|group\b|people"
        r"|communit\w+|connect(?:ing|ion)s? (?:with|to) (?:people|others|friends)|crowds?"
        r"|strangers|crowded|parties|gatherings?|conversations?|collaborat\w*|shar(?:e|ing) with|for two|join in"
        r"|with (?:my|our|the) \w+ (?:and|&) (?:i|me)|me and my \w+"),
    ("social", -0.4, r"alone|solitary|solitude|by myself|on my own|my own company|solo|quiet|introvert\w*"
        r"|private(?:ly)?"),
    ("novelty", 0.4,
        r"\bnew\b|novelty|newer|surpris\w*|unusual|unexpected|original|creative|fresh ideas?|adventur\w*"
        r"|explor\w+|different|try(?:ing)? out|imaginative|quirky|inspiring|discover\w*|experimental|out of "
        r"the ordinary|exotic|whimsical|variety|strang(?:e|er)|obscure|odd|weird|wild|contrary|forgotten|rare"
        r"|unfamiliar|nobody (?:else )?\w+"),
    ("novelty", -0.4,
        r"ordinary|everyday|(?<!un)familiar|tried and (?:true|tested)|traditional|routine\b|usual|habits?|classic"
        r"|conventional|same as "
        r"always|predictable|well[- ]known"),
    ("stimulation", -0.4,
        r"calm\w*|relax\w*|quiet\w*|peaceful|sooth\w+|gentle|restful|slow\b|serene|tranquil|cosy|cozy|grounding"
        r"|soft\b"),
    ("stimulation", 0.4,
        r"exciting|provo(?:ke|cat)\w*|contrary|argument|stimulat\w+|energi[sz]\w+|fun\b|challeng\w+|thrilling"
        r"|competitive|lively|loud|intense"
        r"|intellectual\w*|thought[- ]provoking|playful|adventur\w*|hectic|stressful|noisy"),
    ("cost", -0.4,
        r"cheap\w*|free of charge|without a penny|saves? (?:me )?(?:\w+ or )?money|inexpensive|frugal|affordable"
        r"|low[- ]cost|without (?:spending|buying)|what (?:i"
        r"|we) (?:already )?have (?:at home)?|thrifty|budget[- ]friendly"),
    ("cost", 0.4,
        r"expensive|cost(?:s|ly)?(?: money| much| a lot)?|spend(?:ing)?(?: money)?|luxur\w+|buy(?:ing)?"
        r"|purchas\w+|shopping|consumer\w*"),
    ("health", 0.4,
        r"health(?:y|ier|ily)?|well-?being|wellness|fitness|(?:get|keep|stay|getting|keeping|staying) (?:fit"
        r"|in shape)|nutritio\w+|good for (?:my|the) (?:body"
        r"|health|back|heart)|(?:look after|take care of) (?:myself|yourself)"),
)  # fmt: skip
_ATTRIBUTE_PATTERNS = tuple(
    (name, weight, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.I))
    for name, weight, pattern in _ATTRIBUTE_WORDS
    if name in ATTRIBUTES
)


_NEGATED = re.compile(r"\b(?:no|not|without|never|nothing|free of|little|n't)(?: \w+){0,2} $", re.I)
_NOT_MEANT = re.compile(
    r"\b(?:that|which|who|but) (?:(?:is|are|does|do|has|have|will|would|can|could|must|should|was"
    r"|were) )?(?:not|never|no)\b",
    re.I,
)
_NEW_KIND = re.compile(
    r"\bnew(?= \w)(?! (?:things?|ideas?|stuff|ones?|activit\w+|suggestions?|experiences?|hobb\w+|or|and|to|for|in)\b)",
    re.I,
)
"""'No new diets' refuses diets, not what is new."""
_SPOKEN_OF = r"(?:talk|news|results?|scores?|gossip|chat|stor(?:y|ies)|trivia|history|facts?|quiz\w*)\b"
_UNKNOWN = re.compile(
    r"\b(?:(?:have|has|had|will|would|'ve) (?:not|never)(?: yet| ever)? (?:\w+ )?\w+|(?:not"
    r"|never) (?:yet )?(?:heard|tried"
    r"|seen|met|read|known|thought)|(?:can|do|could|would|did) not (?:yet )?(?:place|know|recogni[sz]e|name|expect)"
    r"|(?:nobody|no one|hardly anyone|few people) (?:else )?\w+|overlooked|unheard[- ]of)\b",
    re.I,
)
_ASIDE = re.compile(
    r"^my \w+ & (?:i|me)\b|\bmakes? (?:me|you|one) feel\b.*|\bwhat(?:ever)? (?:everyone|everybody|people|others"
    r"|they) .*",
    re.I,
)
_TAIL = re.compile(
    r"\s(?=(?:for|after|before|with|to|that|which|who|whose|where|from|without|in|on|at|by|into|out of|made"
    r"|while|when|during|i"
    r"|we|you|nobody|no one"
    r"|everyone|my \w+ & i)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Categories and attributes that a few words name: category to words, attribute to its weight when liked."""

    categories: dict[str, str]
    attributes: dict[str, tuple[float, str]]
    besides: tuple[str, ...] = ()
    """The attributes that are said beside the category and not as its adjective: 'a book I have not read'."""


def about(text: str, *, narrow: bool = False) -> Named:
    """What a thing is about, told by its head: 'a record to play for my neighbour' is music.

    What follows the head ('for', 'with', 'to', 'that') counts only where the head is empty ('something to sew').

    Args:
        text: a thing with what belongs to it.
        narrow: for things refused: a quality narrows the thing ('no loud music'), which is then not refused itself.
    """
    text = _ASIDE.sub("", text)
    new_kind = narrow and _NEW_KIND.search(text)
    text = _NEW_KIND.sub(" ", text) if narrow else text
    parts = _TAIL.split(text.strip())
    found: dict[str, str] = {}
    qualities: dict[str, tuple[float, str]] = {}
    kept = len(text.strip()) if narrow else _excluded(text.strip())
    position = 0
    for part in parts:
        if position < kept:
            found = found or _headed(part, narrow=narrow)
        position += len(part) + 1
        qualities = qualities or attributes(part)
        if found or (narrow and qualities):
            break
    unknown = _UNKNOWN.search(text)
    if not qualities:
        qualities = attributes(text[len(parts[0]) :]) if not narrow or not found else {}
    if unknown and not narrow:
        qualities = {name: value for name, value in qualities.items() if name != "novelty"}
        qualities["novelty"] = (0.4, unknown.group(0))
    if narrow:  # who wants no talk of relaxing does not wish for a stir
        qualities = {
            name: said for name, said in qualities.items() if name != "stimulation" or said[1] not in found.values()
        }
    if new_kind or (narrow and qualities):
        found = {}
    besides = tuple(name for name in qualities if (name == "novelty" and unknown) or not categories(parts[0]))
    return Named(found, qualities, besides)


def _excluded(text: str) -> int:
    """Where a clause begins that says what is not meant ('a drink that is not coffee'), or the length of the text."""
    match = _NOT_MEANT.search(text)
    return match.start() if match else len(text)


def _headed(part: str, *, narrow: bool) -> dict[str, str]:
    """The categories of a part; a word that only qualifies another one does not decide.

    'Parenting theories' are theories, and who would like some 'football talk' would not run.
    """
    found = categories(part)
    if narrow and len(found) > 1:
        last = max(part.find(words) + len(words) for words in found.values())
        heads = {name: words for name, words in found.items() if part.find(words) + len(words) == last}
        if re.fullmatch(r"[\w' -]*", part) and not re.search(r"\b(?:and|or|nor)\b|&", part):
            found = heads
    if (
        not narrow
        and "exercise" in found
        and re.match(rf" {_SPOKEN_OF}", part[part.find(found["exercise"]) + len(found["exercise"]) :], re.I)
    ):
        del found["exercise"]
    return found


_PLAIN_WORDS = re.compile(
    r"(?:an?|the|any|more|some|my|your|about|advice|on|tips?|for|of|ideas?|talk|things?|stuff|anything|to|do|with"
    r"|suggest"
    r"|suggestions?|hints?|me|another|please|really|much|either|all|i|we|am|at|in|and|or|these|those|such|this|that"
    r"|every|even|of|from|by|not|no|into|like|know|suggests|being|doing|going|making"
    r"|playing|watching|involv\w+)$",
    re.I,
)


def narrowed(text: str, words: str) -> bool:
    """Whether other words narrow those that name a category: 'horror films', 'films that scare'; not 'film tips'."""
    start = max(0, text.find(words))
    if re.match(r"\s+(?:that|which|who|about|with|from)\b", text[start + len(words) :], re.I):
        return True
    before = text[:start].split()
    return bool(before) and before[-1].isalpha() and not _PLAIN_WORDS.match(before[-1])


def categories(text: str) -> dict[str, str]:
    """Categories that a text names, each with the words that named it."""
    return {category: match.group(0) for category, pattern in _CATEGORY_PATTERNS if (match := pattern.search(text))}


def attributes(text: str) -> dict[str, tuple[float, str]]:
    """Attributes that a text names, with the weight that a wish for them has and the words; a 'no' turns it round."""
    found: dict[str, tuple[float, str]] = {}
    for name, weight, pattern in _ATTRIBUTE_PATTERNS:
        match = pattern.search(text)
        if match:
            turned = -weight if _NEGATED.search(text[: match.start()]) else weight
            clash = name in found and found[name][0] * turned < 0
            found[name] = (0.0 if clash else turned, match.group(0))
    return {name: value for name, value in found.items() if value[0]}
