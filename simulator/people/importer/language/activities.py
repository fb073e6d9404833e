"""Words for what people do, mapped to the closed vocabulary of activity kinds and to a room.

The table is ordered: a longer or narrower phrase stands before the word that it contains, and a stretch that one
row has taken is not read again ('working out' is no work, 'video call' is no video).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.domain import ACTIVITY_CLASSES

_TABLE: tuple[tuple[str, str], ...] = (
    # narrow phrases first
    ("media", r"follow(?:s|ing)? (?:[\w-]+ ){0,2}(?:football|cricket|rugby|tennis|baseball|cycling|league|news|team)"),
    ("exercise", r"work(?:s|ed|ing)?[- ]?outs?|workouts?|physical therapy|physiotherapy"),
    ("pause",
        r"(?:tea|coffee|lunch|work|short|small|little|quick|screen|cigarette|smoke|stretch(?:ing)?|natural"
        r"|class|study)[- ]?breaks?|"

                  r"coffee time|tea time|breathers?|between (?:\w+ )?(?:tasks?|activities|things|chores"
                  r"|meetings|classes|lessons|jobs|sessions|projects|calls|patients|customers|"

                  r"clients|chapters|assignments|one thing (?:and|to) the next|two things|things|pomodoros?"
                  r"|sets|rehearsals|games|orders|appointments)|"

                  r"(?:in[- ])?transitions?(?: times?| periods?)?|in between|switch(?:es|ing)? (?:tasks?"
                  r"|activities|from)|down[- ]?times?|lulls?|waiting (?:for|time)\w*|"

                  r"idle|idling|free (?:moments?|minutes?|time)|spare (?:moments?|minutes?|time)|quiet (?:moments?"
                  r"|spells?)"
                  r"|pauses?|pausing|breaks?|"

                  r"not doing anything|at a loose end|taking a moment|catch(?:ing)? my breath|nothing to do"
                  r"|look(?:s|ing)? out of the window|gaz(?:e|es|ing) out"),
    ("rest",
        r"wind(?:s|ing)?[- ]?down|unwind(?:s|ing)?|relax(?:es|ed|ing|ation)?|rest(?:s|ed|ing)?(?! of\b)|lie "
        r"down|lying down|loung(?:e|es|ing)|put(?:ting)? my feet up|"

                 r"chill(?:s|ing)?(?: out)?|leisure(?: time)?|sit(?:s|ting)? (?:on|in) (?:the |my |an? "
                 r")?(?:\w+ )?(?:sofa|couch|armchair|porch|balcony|garden|veranda|terrace)|daydream\w*|"

                 r"stargaz\w*|cloud[- ]?(?:watching|gazing)|(?:bird|people)[- ]?watch(?:es|ing)?|watch(?:es"
                 r"|ing)? (?:the )?(?:birds|clouds|stars|sunset|sea|sunrise|sea|rain|river|boats|trains)|day "
                 r"off|"
             r"do(?:es|ing)? nothing|sunbath\w*|siestas?"),
    ("sleep",
        r"(?:fall(?:s|ing)? |be |am |i'm )?asleep|sleep(?:s|ing)?(?! (?:schedule|hygiene|well))|naps?|napping"
        r"|dozing|snooz\w*"),
    ("call",
        r"(?:video|phone|telephone|conference|zoom) (?:calls?|chats?|conversations?)|on (?:the|a) (?:phone"
        r"|telephone|call)|(?:calls?|calling|phon(?:e|es|ing)|ring(?:s|ing)?) (?:up )?(?:my|his|her|their"
        r"|the)\b|"
             r"telephon\w+|calls?|calling|facetim\w+|skyp\w+"),
    ("gaming",
        r"video[- ]?gam(?:e|es|ing)|(?:computer|online|console|mobile|board|card) games?|gam(?:es|ing)|play(?:s"
        r"|ing)? (?:chess|cards|go|games?|solitaire)|chess|puzzl(?:e|es|ing)|jigsaws?|crosswords?|sudoku"
        r"|esports?"),
    ("meeting",
        r"meetings?|conferences?|stand-?ups?|webinars?|seminars?|appointments?|interviews?|consultations?"
        r"|presentations?|presenting"),
    ("walk",
        r"dog[- ]walk\w*|walk(?:s|ed|ing)?(?: the dogs?| my dogs?)?|strolls?|strolling|hik(?:e|es|ing)"
        r"|rambl(?:e|es|ing)|wander(?:s|ing)?|bird(?:ing|ers?) trip|forag(?:e|es|ing)|beachcomb\w*"),
    ("exercise",
        r"exercis(?:e|es|ing)|gym(?:nastics)?|yoga|pilates|tai chi|qigong|jog(?:s|ging)?|run(?:s|ning)?(?! "
        r"(?:errands?|late|a |the |my |his |her |their |into|out|(?!laps|loops|miles|hills|sprints|intervals"
        r"|stairs)\w+s\b))|swim(?:s|ming)?|cycl(?:e|es|ing)|"

                     r"bik(?:e|es|ing)(?! to)|train(?:s|ing)(?! (?:data|course|ride))|stretch(?:es|ing)?"
                     r"|danc(?:e|es|ing)|climb(?:s|ing)?|boulder\w*|football|soccer|tennis|basketball|cricket|hockey|rugby|baseball|volleyball"
                     r"|martial arts?|karate|judo|"

                     r"boxing|lift(?:s|ing)? weights?|weight ?lifting|weights session|aerobics|zumba|row(?:s"
                     r"|ing)|skat(?:e|es|ing)|skateboard\w*|ski(?:s|ing)?|surf(?:s|ing)?(?! the)|kayak\w*|sports?"
                     r"|calisthenics|push-?ups?"),
    ("music",
        r"(?:play(?:s|ing)?|practi[sc](?:e|es|ing)|rehears(?:e|es|ing)|tun(?:e|es|ing)) (?:\w+ ){0,3}(?:piano"
        r"|guitar|violin|cello|flute|drums?|organ|accordion|saxophone|trumpet|clarinet|harp|ukulele|banjo|bass"
        r"|oud|sitar|kora|instrument|music|scales|songs?)|"

                  r"piano|guitars?|violin|cello|flute|accordion|saxophone|trumpet|ukulele|sing(?:s|ing)?|choir"
                  r"|rehears\w*|compos(?:e|es|ing)(?: music)?|mak(?:e|es|ing) music|listen(?:s|ing)? to (?:\w+ "
                  r"){0,2}(?:music|records?|albums?|songs|vinyl)|music|(?:highlife|jazz|soul|vinyl|old|new) "
                  r"records|record(?:s collection|-? ?listening)|vinyl|band practice|djing|jazz|opera"),
    ("reading",
        r"read(?:s|ing)?(?! (?:my |the )?(?:e-?mails?|mail|messages))|novels?|books?(?! an?)|comics?|manga"
        r"|magazines?|newspapers?|poetry|journals? in bed|literature"),
    ("ritual",
        r"evensong|vespers|church service|journal(?:s|l?ing)?|diar(?:y|ies)|meditat\w*|pray(?:s|ers?|ing)?|worship\w*"
        r"|mass|church|mosque|temple"
        r"|synagogue|salah|rosary|devotion\w*|mindful\w*|breath(?:ing|work)|gratitude|tea ceremony|ceremony"
        r"|quran|bible|rituals?|contemplat\w*|sabbath|shabbat"),
    ("mail",
        r"e-?mails?|inbox|(?:answer|check|read|sort|write|repl(?:y|ies))(?:s|ing|ying)? (?:to )?(?:my |the "
        r"|his |her |their |some )?(?:mail|messages|letters|post|texts)|correspondence|messages|texting|slack"),
    ("study",
        r"stud(?:y|ies|ying)|homework|revis(?:e|es|ing|ion)|lectures?|class(?:es)?|cours(?:e|es|ework)|exams?"
        r"|learn(?:s|ing)?|lessons?|tutorials?|tutor(?:s|ing)|practi[sc](?:e|es|ing) (?:\w+ )?(?:spanish|french"
        r"|german|english|japanese|mandarin|italian|vocabulary|language)|school|college|university|thesis"
        r"|practi[sc]ing|dissertation|research paper"),
    ("cooking",
        r"cook(?:s|ed|ing)?|bak(?:e|es|ed|ing)|(?:prepar(?:e|es|ing)|mak(?:e|es|ing)|fix(?:es|ing)?|start(?:s"
        r"|ing)?) (?:\w+ ){0,3}(?:breakfasts?|lunch(?:es)?|dinners?|suppers?|meals?|food|soup|bread|jam|dough"
        r"|pasta|cake|tea for)|"

                    r"meal prep\w*|knead\w*|sourdough|feed(?:s|ing)? (?:the |my |his |her )?(?:sourdough"
                    r"|starter)|bread|recipes?|soups?|stews?|curries|grill(?:s|ing)?|barbecu\w*|ferment\w*"
                    r"|brew(?:s|ing)?|pickl\w+|cuisine|stir(?:s|ring)? the"),
    ("meal",
        r"eat(?:s|ing)?|breakfast(?:s|ing)?|lunch(?:es|ing)?|brunch|dinners?|dining|supper|meals?(?:times?)?"
        r"|snack\w*"),
    ("care",
        r"(?:(?:my|the|his|her|their|our) )?(?:kids?|children|grandchildren|grandchild|baby|babies|toddlers?"
        r"|infants?|daughters?|sons?|grandkids|twins)|childcare|nurs(?:e|es|ing) (?:the|my)|parenting"
        r"|babysit\w*|bedtime stor(?:y|ies)|"

                 r"(?:car(?:e|es|ing) (?:for|of)|look(?:s|ing)? after) (?:\w+ ){0,2}(?:mother|father|mum|mom"
                 r"|dad|grandmother|grandfather|parents?|husband|wife|brother|sister|relatives?|family)"
                 r"|caregiving|tak(?:e|es|ing) care of|school run"),
    ("garden",
        r"garden(?:s|ing)?|(?:water|repot|prun|weed|tend)(?:s|es|ing|ting)? (?:to )?(?:\w+ ){0,2}(?:plants?"
        r"|flowers?|herbs?|seedlings?|vegetables?|beds?|balcony|roses|tomatoes|orchids|bonsai|succulents"
        r"|garden)|weeding|allotment|bonsai|grow(?:s|ing)? (?:\w+ ){0,2}(?:tomatoes|vegetables|herbs|flowers"
        r"|plants|roses|chillies)|tomatoes|plants?|greenhouse|orchids?|"

                   r"(?:feed(?:s|ing)?|play(?:s|ing)? with|groom(?:s|ing)?|brush(?:es|ing)?|walk(?:s|ing)?"
                   r"|car(?:e|es|ing) for|with) (?:\w+ ){0,2}(?:cats?|dogs?|pets?|rabbits?|hens?|chickens"
                   r"|birds?|fish|goats?|horses?|parrots?)|cats?|dogs?|pets?|aquarium|beekeeping|bees|chickens"),
    ("company",
        r"guests?|visitors?|compan(?:y|ions?)|friends?|famil(?:y|ies)(?: time)?|(?:with )?(?:my |his |her "
        r"|their )?(?:husband|wife|partner|spouse|boyfriend|girlfriend|roommates?|flatmates?|housemates?"
        r"|grandparents|parents|relatives|neighbou?rs?|colleagues)|"

                    r"socialis\w+|socializ\w+|part(?:y|ies)|gatherings?|conversations?|talk(?:s|ing)? (?:to"
                    r"|with) (?:some|other|my|people|friends|family)\w*|other people|people (?:are )?(?:around"
                    r"|over|here)|date night|hosting|visits?|visiting|chatting"),
    ("media",
        r"(?:(?<!\ba )(?<!\bthe )(?<!\bmy )watch(?:es|ed|ing)?|stream(?:s|ing)?|binge\w*)"
        r"(?: (?:a|an|the|some|my|old|classic|his|her|their))*"
        r" ?(?:tv|television|films?|movies?|series|shows?|videos?|documentar(?:y|ies)|sports|football"
        r"|matches|news|youtube|netflix|anime|soaps?|dramas?|episodes?)?|"

                  r"westerns?|thrillers?|sitcoms?|tv|television|films?|movies?|cinema|documentar(?:y|ies)"
                  r"|netflix|youtube|podcasts?|radio|audio ?books?|series|anime|episodes?|k-dramas?|soap "
                  r"operas?"),
    # named before 'the news' of browsing: a programme at its hour
    ("media",
        r"(?:evening|nightly|late|morning|midday|tv|radio) news|during the news"
        r"|news (?:programmes?|broadcasts?|bulletins?)"),
    ("browsing",
        r"brows(?:e|es|ing)|scroll(?:s|ing)?|social media|(?:on|check(?:s|ing)?|look(?:s|ing)? at|using) (?:my "
        r"|the |his |her )?(?:phone|laptop|tablet|computer|internet|news|feeds?)|surf(?:s|ing)? the (?:web"
        r"|internet|net)|online|forums?|reddit|instagram|the news"),
    ("tidying",
        r"tid(?:y|ies|ying)|clean(?:s|ed|ing)?|launder\w*|laundry|(?:wash(?:es|ing)?|do(?:es|ing)?) (?:the "
        r"|up)(?: ?dishes)?|dishes|hoover\w*|vacuum\w*|iron(?:s|ing)?|chores?|housework|house ?keeping"
        r"|declutter\w*|mop(?:s|ping)?|sweep\w*|"

                    r"repair(?:s|ing)?|fix(?:es|ing)?|mend(?:s|ing)?|diy|sort(?:s|ing)? (?:out )?(?:the |my "
                    r")?(?:wardrobe|cupboards?|shelves|attic|garage)|organi[sz](?:e|es|ing)|household tasks?"),
    ("errand",
        r"errands?|shop(?:s|ping)?|grocer(?:y|ies)|commut(?:e|es|ing)|driv(?:e|es|ing)|travel(?:s|ling|ing)?"
        r"|on the (?:way|road|bus|train|move|go)|(?:the )?(?:market|supermarket|pharmacy|bank|post office)|out "
        r"of the house|bus ride|train ride|pick(?:s|ing)? up|drop(?:s|ping)? off|bik(?:e|es|ing) to"),
    ("bathing",
        r"bath(?:s|e|es|ing|room)?|shower(?:s|ed|ing)?|wash(?:es|ing)?(?: (?:up|my|face))?|get(?:s|ting)? "
        r"(?:dressed|ready)|dress(?:es|ing)?(?= |$)|sauna|groom(?:s|ing)?|brush(?:es|ing)? (?:my |his |her "
        r")?teeth|skin ?care|toilet"),
    ("craft",
        r"draw(?:s|n|ing|ings)?|sketch\w*|paint(?:s|ed|ing|ings)?|illustrat\w*|knit(?:s|ting)?|crochet\w*"
        r"|sew(?:s|ing)?|embroider\w*|quilt\w*|weav(?:e|es|ing)|looms?|pott(?:ery|ing)|ceramic\w*|sculpt\w*|carv(?:e"
        r"|es|ing)|woodwork\w*|whittl\w*|origami|calligraph\w*|"

                  r"watercolou?rs?|model rail\w*|craft(?:s|ing)?|model(?:s|l?ing)?[- ]?(?:building|ships?|trains?"
                  r"|planes?|kits?)"
                  r"|(?:build(?:s|ing)?|mak(?:e|es|ing)) (?:\w+ ){0,2}(?:models?|furniture|jewell?ery|things"
                  r"|miniatures|pots|instruments?|candles)|jewell?ery|leather ?work\w*|bookbinding"
                  r"|photograph\w*|photos?|collag\w*|scrapbook\w*|"

                  r"(?:writ(?:e|es|ing)) (?:\w+ ){0,2}(?:poems?|poetry|stor(?:y|ies)|songs?|letters?|fiction"
                  r"|novel|haiku|lyrics)|creative (?:writing|work|time)|art(?: projects?| work|s)?|artwork"
                  r"|tinker\w*|origami|embroidery|creat(?:e|es|ing)\b|animat(?:e|es|ing)"),
    ("deep_work",
        r"deep(?:ly)? (?:in (?:my )?)?(?:work|focus|thought)\w*|focus(?:ed|es|sed|ing)?(?: work| time| "
        r"blocks?)?|concentrat\w*|in the zone|(?:in )?(?:a |my )?(?:state of )?flow(?: state)?|absorbed"
        r"|immersed|engrossed|cod(?:e|es|ing)|program(?:s|ming|mes)?\b(?! on)|debug\w*|writ(?:e|es|ing)(?: "
        r"(?:code|reports?|papers?|articles?))?|"

                      r"design(?:s|ing)|translat(?:e|es|ing)|edit(?:s|ing)|research\w*|analys(?:e|es|ing)"
                      r"|draft(?:s|ing)|at (?:my|the|his|her) (?:desk|bench|workbench|easel|computer|studio)"
                      r"|in (?:my|the) (?:studio|workshop)|deadlines?|on duty|operat(?:e|es|ing)|surger(?:y"
                      r"|ies)|teach(?:es|ing)"),
    ("routine_work",
        r"paperwork|admin(?:istration|istrative)?\b|bookkeeping|invoic\w*|accounts|book(?:s|ing)? an?|plan(?:s"
        r"|ning)(?: (?:my |the )?(?:day|week))?|reports?|grading|marking|planner|spreadsheets?|data entry"
        r"|light work|bills?|budget\w*"),
    ("work",
        r"work(?:s|ed|ing)?(?:[- ](?:shift|hours|day|time|block|session)s?)?|shifts?|office|job|business"
        r"|clients?|customers?"),
    ("pause",
        r"(?:drink(?:s|ing)?|sip(?:s|ping)?|enjoy(?:s|ing)?|hav(?:e|ing)|mak(?:e|es|ing)|my|over|with|after"
        r"|during|a cup of|cups? of|morning|afternoon|first|second|mid-?morning) (?:\w+ ){0,2}(?:tea|coffee"
        r"|cocoa|mat\u00e9|mate|espresso|chai)|tea|coffee|cocoa|chai|stretch my legs"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.I)) for kind, pattern in _TABLE)

WORK_KINDS = ("deep_work", "routine_work", "mail", "meeting")
"""What plain 'work' stands for."""

ROOM_OF_KIND = {
    "sleep": "bedroom",
    "bathing": "bathroom",
    "meal": "kitchen",
    "cooking": "kitchen",
    "tidying": "kitchen",
    "errand": "outside",
    "exercise": "living room",
    "walk": "outside",
    "deep_work": "study",
    "routine_work": "study",
    "mail": "study",
    "meeting": "study",
    "browsing": "living room",
    "media": "living room",
    "gaming": "living room",
    "reading": "living room",
    "study": "study",
    "craft": "study",
    "music": "living room",
    "garden": "balcony",
    "care": "living room",
    "company": "living room",
    "call": "living room",
    "ritual": "bedroom",
    "rest": "living room",
    "pause": "kitchen",
    "unknown": "living room",
}
"""Where each kind usually happens; the persona's own words go first."""

_ROOM_WORDS = (
    ("bedroom", r"bed|bedroom|bedside"),
    ("bathroom", r"bath(?:room)?|shower"),
    ("kitchen", r"kitchen|stove|oven"),
    ("balcony", r"balcony|terrace"),
    ("garden", r"garden|yard|backyard|allotment|greenhouse"),
    ("workshop", r"workshop|garage|shed"),
    ("study", r"study room|(?<!away from the )desk|studio"),
    (
        "outside",
        r"(?:car )?park|outside|outdoors|street|beach|forest|woods|lake|gym|pool|market|town|neighbou?rhood|library"
        r"|cinema"
        r"|caf\u00e9|cafe|playground|square|river|canal|ward|hospital|bakery|restaurant|shop|stall|school|church"
        r"|clinic|office"
        r"|tea[- ]house|pub|club|fields?|client|gardens|allotments|gig|concert|lectures?|pitch|rink|court|mosque"
        r"|temple|site"
        r"|swimming|running|jogging|cycling|rowing|skating|skateboarding|climbing|bouldering|football|derby|spinning"
        r"|fishing"
        r"|driving|hiking|walking",
    ),
    ("living room", r"living room|sofa|couch|window|armchair"),
)
_ROOMS = tuple((room, re.compile(rf"\b(?:{pattern})\b", re.I)) for room, pattern in _ROOM_WORDS)


@dataclass(frozen=True, slots=True)
class ActivityWord:
    """A phrase in a text and the kind that it names ('work' for work of any sort)."""

    kind: str
    words: str
    start: int


def find(text: str) -> list[ActivityWord]:
    """All activity phrases of a text in their order; no stretch is read twice."""
    masked = text
    found: list[ActivityWord] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(masked):
            if match.group(0).strip():
                found.append(ActivityWord(kind, match.group(0).strip(), match.start()))
        masked = pattern.sub(lambda match: "\x00" * len(match.group(0)), masked)
    return sorted(found, key=lambda word: word.start)


def kinds(text: str) -> list[str]:
    """The kinds that a text names, each once, in order; plain work gives all kinds of work."""
    names: list[str] = []
    for word in find(text):
        names.extend(WORK_KINDS if word.kind == "work" else (word.kind,))
    return list(dict.fromkeys(names))


def main_kind(text: str, default: str = "unknown") -> str:
    """The kind of an activity described in a few words: the first that is named; plain work can be interrupted."""
    found = find(text)
    # 'drinking tea while reading', 'a walk with friends': the first words say what it is
    for word in found:
        return "routine_work" if word.kind == "work" else word.kind
    return default


_GENERIC = re.compile(
    r"^(?:spending time (?:on|with|at|in)|working (?:on|in|at)|seeing to|having|doing|going (?:to|for|out)"
    r"|looking after"
    r"|making|taking|being|putting|getting|attending|playing|listening to|keeping|practising|(?:sitting|standing"
    r"|being) (?:at|over))\s+(?:(?:the|an?|his|her"
    r"|their|my|some)\s+)?",
    re.I,
)
_MEETING_PEOPLE = re.compile(
    r"(?:meeting|seeing(?! to\b)|visiting) (?:up )?(?:with )?(?:\w+ ){0,2}(?:friends?|neighbou?rs?|family|cousins?"
    r"|brothers?|sisters?|parents|mother|father|grand\w+|relatives)\b(?!')"
)
_CORE_END = re.compile(
    r"\s(?=(?:with|in|at|on|for|from|by|over|before|after|about|against|away|alone|together|under|near|beside|into|of"
    r"|during|to)\b)"
)
_WEAK_HEAD = re.compile(r"(?:class(?:es)?|lessons?|courses?|practice|practi[sc]ing|training|club|sessions?)", re.I)
"""What is learned or practised there says more than these."""
_WORKED = ("deep_work", "routine_work", "craft", "music", "tidying", "cooking", "garden")
"""What 'working on something' may be."""
PRIVATE, PRIVATE_SURE = ("bathing", "sleep", "ritual"), 0.6
"""Kinds that the model alone must be this sure of."""
SURE, WORKED_SURE, UNSURE = 0.35, 0.15, 0.1
"""Likelihood from which on the model's word is taken: before the lists' looser words, for work, and for
what they do not know."""


def kind_of(text: str, model: ActivityClassifier | None = None) -> str:
    """The kind of a phrase in -ing: by its verb or the noun that it is about, by the model, or by any word in it.

    Args:
        text: such as 'playing backgammon at the tea house'.
        model: tells kinds by likeness; without it the lists of words stand alone.
    """
    if _MEETING_PEOPLE.match(text):
        return "company"
    if re.match(
        r"(?:looking|gazing) (?:at|up at|out at) (?:the )?(?:stars?|sky|birds?|view|sea|garden|clouds?)\b", text
    ):
        return "rest"
    followed = re.match(r"(?:watching|listening to) (.*)", text)
    about = main_kind(followed.group(1)) if followed else ""
    if about in ("exercise", "gaming", "cooking", "craft"):
        return "media"  # football on the radio is no exercise
    if about == "care":
        return "care"
    if re.match(r"seeing to (?:the |his |her |their )?\w+'s?\b(?=.* )", text) and "'" in text:
        return "care"
    first = re.split(r"\s(?:and|or)\s", text, maxsplit=1)[0]
    if first != text and len(first.split()) > 1:
        kind = kind_of(first, model)
        if kind != "unknown":
            return kind
    generic = _GENERIC.match(text)
    core = _CORE_END.split(text[generic.end() :] if generic else text, maxsplit=1)[0]
    for part in ((generic.group(0) + core) if generic else core, core):
        words = find(part)
        head = next((word for word in words if word.start + len(word.words) >= len(part) - 1), None)
        verb = next((word for word in words if word.start == 0), None)
        if head and _WEAK_HEAD.fullmatch(head.words):  # a dance class is a dance
            head = next((word for word in words if word is not head), None if model else head)
        named = verb if verb and not generic else head or (verb if verb and " " in verb.words else None)
        if named and not (generic and _WEAK_HEAD.fullmatch(named.words) and model):
            return "routine_work" if named.kind == "work" else named.kind
    at_work = re.match(r"working (?:on|in|at|behind)\b", text)
    chance, best = _likeliest(model, (text, core), _WORKED if at_work else ACTIVITY_CLASSES[:-1])
    if chance >= (WORKED_SURE if at_work else SURE):
        return best
    listed = "routine_work" if at_work else main_kind(core, main_kind(text))
    return best if listed == "unknown" and chance >= UNSURE else listed


def _likeliest(model: ActivityClassifier | None, texts: tuple[str, ...], kinds: tuple[str, ...]) -> tuple[float, str]:
    """The likeliest of some kinds by any of several wordings, and how likely it is."""
    if model is None:
        return 0.0, "unknown"
    rows = [model.probabilities(text) for text in dict.fromkeys(filter(None, texts))]
    found = [(float(row[ACTIVITY_CLASSES.index(kind)]), kind) for row in rows for kind in kinds]
    # nobody is spoken to there: that must not rest on a guess
    return max((one for one in found if one[1] not in PRIVATE or one[0] >= PRIVATE_SURE), default=(0.0, "unknown"))


def room(text: str, kind: str) -> str:
    """The room that the words name, else the usual one of the kind."""
    for name, pattern in _ROOMS:
        if pattern.search(text):
            return name
    return ROOM_OF_KIND[kind]
