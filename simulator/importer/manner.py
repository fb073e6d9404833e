"""How to be spoken to: length, formality, directness, warmth, emoji, exclamation marks, and what must not be named."""

from __future__ import annotations

import re

from simulator.importer.signs import clauses, plain
from simulator.importer.values import Notes
from simulator.importer.words import sentences
from simulator.persona import Communication

# aspect, value when wished for, value when refused ('' leaves the aspect open), words
_ASPECTS: tuple[tuple[str, str, str, str], ...] = (
    ("emoji", "yes", "no", r"emojis?|emoticons?|smileys?"),
    ("exclamation", "yes", "no", r"exclamations?(?: (?:marks?|points?))?|exclaiming|shout\w*"),
    ("length", "short", "long",
        r"short|brief\w*|concise\w*|succinct|terse|crisp|to the point|one[- ]liners?|one sentence|(?:a "
        r")?single sentence|a sentence|(?:one or )?two sentences|compact|few words|snappy|"
                                r"keep it (?:short|brief|simple)|bullet points?|minimal|no fluff|bite-?sized?"),
    ("length", "long", "short",
        r"detail\w*|elaborate\w*|thorough\w*|long\b|longer|lengthy|long-winded|in[- ]depth|explain\w*"
        r"|explanations?|reasoning|context|background information|ramble\w*|rambling|wordy|verbose|fluff"
        r"|chatter|small talk|chit-?chat|essays?|lectures?|lecturing|wall of text|paragraphs?|waffle"),
    ("formality", "formal", "casual",
        r"formal\w*|professional\w*|businesslike|proper (?:language|english|grammar)|official|respectful "
        r"address|stiff|corporate|bureaucratic|honorifics|courteous|jargon"),
    ("formality", "casual", "formal",
        r"casual\w*|informal\w*|relaxed|colloquial|slang|laid-?back|easy-?going|conversational|chatty|like a "
        r"(?:good )?(?:friend|mate|buddy)|friend-like|chummy|familiarity|everyday language|down-to-earth"
        r"|first-name"),
    ("directness", "direct", "gentle",
        r"direct(?:ly|ness)?|straight ?forward|straight to|frank|blunt\w*|clear (?:instructions?|steps|and "
        r"direct)|no[- ]nonsense|unambiguous|bossy|commanding|commands?|orders?|ordering|instructions?|push(?:y"
        r"|ing|ed)|demanding|imperatives?|nagging|insistent|patroni[sz]\w*|preach\w*|forceful|to the point"
        r"|assertive|pressur\w*|told what to do|firm"),
    ("directness", "gentle", "direct",
        r"gentl[ey]\w*|soft\w*|suggestive|tactful|polite\w*|considerate|respectful|diplomatic\w*|subtle|low[- "
        r"]pressure|tentative|mild|optional|beat around the bush|hedg\w+|unobtrusive|calm\w*|delicate\w*"
        r"|sensitive(?:ly)?"),
    ("directness", "question", "",
        r"(?:as|like|in the form of|phrased as|framed as) (?:a |an )?(?:open )?(?:questions?|invitations?)"
        r"|ask(?:s|ing)? (?:me|first|rather|before)|questions?|invitations?|inviting"),
    ("warmth", "warm", "plain",
        r"warm\w*|friendl(?:y|iness)|kind\w*|car(?:ing|e)\b|encourag\w*|supportive|cheer\w*|enthusias\w*"
        r"|humou?r\w*|funny|jok(?:e|es|ing)|witty|wit\b|playful\w*|poetic|affection\w*|empath\w*|heartfelt"
        r"|uplifting|positive|compassion\w*|personal touch|light-?hearted|lively|upbeat|motivat\w*|praise"
        r"|flattery|gushing|sugary|saccharine|sentimental\w*|compliments?|pep talks?|smil\w+|bubbly|nurturing"
        r"|loving"),
    ("warmth", "plain", "warm",
        r"plain\w*|neutral\w*|matter[- ]of[- ]fact|factual|facts|objective|unemotional|sober|dry|no frills"
        r"|frills|cold\w*|curt|clinical|impersonal|robotic|harsh\w*|mean|judg(?:e|ing|mental|ment|mentally)"
        r"|sarcas\w*|critical|scold\w*|rude|dull"),
)  # fmt: skip
_COMPILED = tuple(
    (aspect, yes, no, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w])", re.I)) for aspect, yes, no, pattern in _ASPECTS
)

# refusing these says nothing about the opposite: 'never judge me' asks for gentleness
_REFUSED_ONLY = {
    "patroni": ("directness", "gentle"),
    "judg": ("directness", "gentle"),
    "scold": ("directness", "gentle"),
}

_TOPICS: tuple[tuple[str, str], ...] = (
    ("age", r"(?:my |old )?age\b|ag(?:e?ing)|getting old(?:er)?|being old|how old"),
    ("alcohol", r"alcohol\w*|drinking|wine|beer|booze|spirits|drunk"),
    ("children", r"children|kids?|babies|pregnan\w*|fertility|childless\w*"),
    ("dating",
        r"dating|romance|romantic\w*|love life|relationship status|being single|marriage|divorce|ex-?(?:wife"
        r"|husband|partner)|sex\w*"),
    ("death",
        r"death|dying|grief|griev\w+|funerals?|mourning|bereave\w*|(?:my )?late (?:husband|wife|mother|father)"
        r"|mortality|suicide"),
    ("diet", r"diet\w*|calories?|eating habits|what i eat|food intake|nutrition advice"),
    ("family", r"(?:my )?famil(?:y|ies)(?: matters| affairs| life)?|parents|siblings|mother|father|relatives|in-laws"),
    ("illness",
        r"illness\w*|sickness|disease\w*|medical\w*|diagnos\w*|symptoms|medication|(?:my |mental |physical "
        r")?health\w*(?: issues| conditions?| problems| matters)?|anxiety|depression|disabilit\w*|diabetes"
        r"|arthritis|cancer|back pain|therapy"),
    ("loneliness", r"lonel\w*|living alone|being alone|isolation|social life|lack of friends"),
    ("money",
        r"money|income|salary|financ\w*|earnings|debts?|wages?|savings?|spending|bills?|wealth|costs?\b|pension"
        r"|investments?|economic"),
    ("politics", r"politic\w*|elections?|government|ideolog\w*|controversial (?:topics?|issues|subjects)"),
    ("religion", r"religi\w*|god|faith|church|beliefs?|spiritual\w*"),
    ("screen_time", r"screen[- ]?time|phone use|time on (?:my|the) (?:phone|screen|computer)|gaming hours"),
    ("weight", r"weight\b|body(?: shape| size| image)?|figure|appearance|fat\b|bmi|looks|losing weight|my size"),
    ("work",
        r"(?:my )?(?:work|job|career|profession\w*|unemploy\w*|productivity|office|boss)(?: life| performance| "
        r"stress| matters)?|deadlines?|grades|publications?"),
)  # fmt: skip
_TOPIC_PATTERNS = tuple((topic, re.compile(rf"\b(?:{pattern})", re.I)) for topic, pattern in _TOPICS)
_SPEAKING = re.compile(
    r"\b(?:talk\w*|mention\w*|discuss\w*|bring\w* up|speak\w*|comment\w*|topics?|subjects?|refer\w*|about"
    r"|jok\w+|reminders? of|remind\w*|advice|nothing on|touch\w*|privacy|pry|prying|questions?|concerning"
    r"|regarding|avoid\w*|comments?|remarks?|suggestions?|off[- ]limits|related to|sensitive|leave|out\b"
    r"|judg\w+|criticis\w+|criticiz\w+|assum\w+|don'?t)\b",
    re.I,
)
_ALLOWED = re.compile(
    r"\b(?:fine|ok|okay|okay with|acceptable|allowed|tolerat\w*|not needed|optional|unnecessary|now and "
    r"then|sometimes|sparing\w*|occasional\w*|a little|the odd|if (?:it )?fits)\b",
    re.I,
)
_CARE_NOT = re.compile(r"\bnot (?:too|overly|so|very|excessively|be too)\b|\b(?:too|overly|excessive\w*|any)\b", re.I)
_SAFE = re.compile(
    r"\b(?:safe\w*|danger\w*|harm\w*|risky|unsafe|offen[sc]\w*|hurtful|discriminat\w*|private|privacy"
    r"|personal data|ethic\w*|appropriate\w*|inclusive)\b",
    re.I,
)


def topics(text: str) -> list[str]:
    """Sensitive topics that a text names."""
    return [topic for topic, pattern in _TOPIC_PATTERNS if pattern.search(text)]


def read(text: str, notes: Notes) -> tuple[Communication, list[str]]:
    """The manner in a rubric's part on communication, and the topics that it forbids."""
    wishes: dict[str, dict[str, str]] = {}
    asked: set[tuple[str, str]] = set()
    allowed: set[str] = set()
    forbidden: dict[str, str] = {}
    for sentence in sentences(text):
        used = False
        speaking = bool(_SPEAKING.search(plain(sentence)))
        for clause in clauses(sentence):
            bare = clause.text
            refused = clause.sign < 0
            if refused and speaking:
                for topic in topics(bare):
                    forbidden.setdefault(topic, clause.text)
                    used = True
            used |= _aspects(bare, refused, wishes, allowed, asked)
        if not used:
            if _SAFE.search(sentence):
                notes.understand("manner", "safe (kept by every suggestion)", sentence)
            else:
                notes.miss("communication", sentence)
    manner: dict[str, str] = {}
    for aspect, values in wishes.items():
        kept = _settle(aspect, values, asked)
        if kept and not (aspect in allowed and kept in ("yes",)):
            manner[aspect] = kept
            notes.understand(f"manner.{aspect}", kept, values[kept])
    for aspect in sorted(allowed - manner.keys()):
        notes.understand(f"manner.{aspect}", "any", "allowed, not asked for")
    for topic, words in forbidden.items():
        notes.understand("manner.forbidden_topics", topic, words)
    open_aspects = [
        name
        for name in ("length", "formality", "directness", "warmth", "emoji", "exclamation")
        if name not in manner and name not in allowed
    ]
    if open_aspects:
        notes.assume("manner", f"any {', '.join(open_aspects)}", "not said")
    return Communication.model_validate({**manner, "forbidden_topics": tuple(forbidden)}), list(forbidden)


def _aspects(
    piece: str, refused: bool, wishes: dict[str, dict[str, str]], allowed: set[str], asked: set[tuple[str, str]]
) -> bool:
    """Take the aspects that a clause names; a word serves once. `asked` receives what was wished for, not refused."""
    used = False
    masked = piece
    for aspect, yes, no, pattern in _COMPILED:
        match = pattern.search(masked)
        if not match:
            continue
        used = True
        masked = pattern.sub(lambda m: " " * len(m.group(0)), masked)
        word = match.group(0).lower()
        named = next((value for stem, value in _REFUSED_ONLY.items() if word.startswith(stem)), None)
        if named and refused:
            wishes.setdefault(named[0], {}).setdefault(named[1], piece)
            continue
        if not refused and _ALLOWED.search(piece) and aspect in ("emoji", "exclamation", "warmth"):
            allowed.add(aspect)
            continue
        if (
            refused
            and aspect == "length"
            and word.startswith(("explain", "explanation", "context", "reasoning"))
            and not _CARE_NOT.search(piece)
        ):
            wishes.setdefault("length", {}).setdefault("short", piece)
            continue
        value = no if refused else yes
        if (
            refused
            and _CARE_NOT.search(piece)
            and word.startswith(("short", "brief", "casual", "informal"))
            and "too" in piece.lower()
        ):
            value = no
        if value:
            wishes.setdefault(aspect, {}).setdefault(value, piece)
            if not refused:
                asked.add((aspect, value))
    return used


def _settle(aspect: str, values: dict[str, str], asked: set[tuple[str, str]]) -> str:
    """One value where the words name several: a wish outranks a refusal; two wishes leave the aspect open."""
    if len(values) == 1:
        return next(iter(values))
    wished = [value for value in values if (aspect, value) in asked]
    if len(wished) == 1:
        return wished[0]
    if aspect == "directness":
        return "question" if "question" in values else ""
    return ""
