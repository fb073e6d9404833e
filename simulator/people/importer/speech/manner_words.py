"""The words for how to be spoken to, and for the topics that a person may not want touched."""

from __future__ import annotations

import re

QUALITIES: tuple[tuple[str, str, str, bool, str], ...] = (
    ("emoji", "yes", "no", True, r"emojis?|emoticons?|smileys?|smil(?:ey|ing) faces?|pictograms?|icons"
        r"|(?:little|tiny|small|yellow)(?: \w+)? (?:pictures|faces|icons)"),
    ("exclamation", "yes", "no", True, r"exclamations?(?: (?:marks?|points?))?|exclaiming|shout\w*"),
    ("length", "short", "long", False,
        r"short\w*|brief\w*|concise\w*|succinct\w*|terse\w*|crisp\w*|to the point|one[- ]liners?|compact|(?:a "
        r"|very )?few words|snappy|punchy|pithy|curt and clear|simple and short|bullet[- ]points?|minimal\w*"
        r"|bite-?sized?|laconic\w*|telegraph\w*"),
    ("length", "long", "short", False,
        r"(?:more |in )?detail\w*|elaborate\w*|thorough\w*|long|longer|lengthy|in[- ]depth|at length"),
    ("length", "long", "", True,
        r"explain\w*|explanations?|reasons?(?: why)?|reasoning|context|background(?: information)?|sources"),
    ("formality", "formal", "casual", False,
        r"formal\w*|professional\w*|businesslike|official|courteous\w*|courtesy|old-?fashioned (?:manners"
        r"|politeness)|proper (?:language|english|grammar)|(?:proper|full|complete|whole) sentences|(?:correct"
        r"|proper) (?:punctuation|grammar|spelling)"
        r"|ceremonious|well[- ]written"),
    ("formality", "formal", "", True,
        r"honorifics?|(?:sir|madam|ma'am)\b(?: or (?:sir|madam))?|(?:call(?:ed)?|address(?:ed)?) me (?:as )?(?:mr"
        r"|mrs|ms|dr)|(?:my )?(?:surname|last name|title)"),
    ("formality", "casual", "formal", False,
        r"casual\w*|informal\w*|relaxed|colloquial\w*|laid-?back|easy-?going|conversational|chatty|loose"
        r"|down-to-earth|everyday language|familiar"),
    ("formality", "casual", "formal", True,
        r"slang|chat (?:to|with) me|like (?:an? |my )?(?:\w+ )?(?:friends?|mates?|buddy|buddies|pals?|neighbours?"
        r"|neighbors?|roommates?)|like we(?:'ve| have)|friend-like"),
    ("directness", "direct", "gentle", False,
        r"direct(?:ly|ness)?|straight ?forward\w*|straight(?: to| talk\w*)?|frank\w*|blunt\w*|brisk\w*"
        r"|unambiguous\w*|to the point|assertive\w*|firm\w*|honest\w*|candid\w*|plain-?spoken"
        r"|up ?front"),
    ("directness", "direct", "", True,
        r"(?:clear |simple )?(?:instructions?|imperatives?)|tell me what to do|(?:lead|start|begin"
        r"|open) with (?:the|a) (?:\w+ )?(?:suggestion|verb|idea|point|action)|verb (?:at the front|first"
        r"|in front)"),
    ("directness", "gentle", "direct", False,
        r"gentl[ey]\w*|soft\w*|suggestive|tactful\w*|polite\w*|considerate\w*|respectful\w*|diplomatic\w*|subtle"
        r"|subtly|low[- ]pressure|tentative\w*|mild\w*|unobtrusive\w*|calm\w*|delicate\w*"
        r"|sensitive(?:ly)?(?! (?:topics?|subjects?|issues?|matters?|areas?))"
        r"|discreet\w*"),
    ("directness", "gentle", "", True,
        r"(?:as|like) (?:an? )?(?:\w+ )?(?:offers?|suggestions?|options?|proposals?)|'(?:maybe|perhaps"
        r"|if you (?:like|fancy|want|wish)|you could|possibly)'|(?:say|with|use) (?:maybe|perhaps|if you)"),
    ("directness", "question", "", True,
        r"(?:as|like|in the form of|phrased as|framed as) (?:an? )?(?:open )?(?:questions?|invitations?)|ask(?:s"
        r"|ed|ing)? (?:me|first|rather|before)|(?:be|being) asked|questions?|invitations?|inviting"),
    ("warmth", "warm", "plain", False,
        r"warm\w*|friendl(?:y|ier|iness)|kind(?:ly|ness|er)?|caring|encourag(?:ing|ement|e)|supportive\w*"
        r"|cheer(?:ful\w*|y)|cheer(?:ing)? me(?: on| up)?|enthusias\w*|playful\w*|poetic|affection\w*|empath\w*"
        r"|heartfelt|uplifting|positive\w*|compassion\w*|light-?hearted|lively|upbeat|motivat\w*|bubbly|nurturing"
        r"|loving\w*|tender\w*|funny|bright|sunny|comforting|reassuring\w*|cosy|sweet"),
    ("warmth", "warm", "plain", True,
        r"humou?r(?:ous\w*)?|(?:make it|be) fun\b|jok(?:e|es|ing)(?! about)|puns?|personal touch|praise|compliments?"
        r"|pep talks?|smiles?|smiling|hype|kind words?"),
    ("warmth", "plain", "", False,
        r"plain(?:ly)?(?! (?:english|language|words|wording|text|speech))|neutral\w*|matter[- ]of[- ]fact"
        r"|factual\w*|facts|objective\w*|unemotional|sober\w*|dry|unsentimental"),
)  # fmt: skip
"""Aspect, value when wished for, value when refused ('' leaves it open), whether a noun, words.

A refused list ('no slang, jokes') goes on over nouns; an adjective in it ('no slang, short') is a wish again.
"""

FAULTS: tuple[tuple[str, str, str], ...] = (
    ("length", "short",
        r"fluff|waffl\w+|rambl\w+|long-?winded|wordy|wordiness|verbose|verbosity|small talk|chit-?chat|chatter"
        r"|essays?|walls? of text|padding|novels?|(?:long )?speeches|explain\w*|explanations?"),
    ("formality", "casual", r"stiff\w*|bureaucratic|corporate|pompous|stuffy|jargon|robotic|wooden"),
    ("formality", "formal",
        r"chumm\w+|familiarity|first[- ]names?(?: terms)?|text-?speak|swear\w*|abbreviations|matey|buddy-?buddy"
        r"|nicknames?|crude|vulgar\w*|mate\b|buzz-?words?|anglicisms"
        r"|(?:trendy|fashion\w*|foreign|modish|english)(?: \w+)? (?:words|terms|expressions|phrases)"),
    ("directness", "gentle",
        r"push(?:y|iness|ing)?|boss(?:y|ing|iness)|commanding|commands?|orders?|order(?:ing)? me|demanding|demands"
        r"|nag\w*|insistent|insist\w*|patroni[sz]\w*|preach\w*|forceful|pressur\w*|told what to do|being told"
        r"|tell(?:ing)? me|told|judg(?:e|ing|mental\w*|ment)|scold\w*|lectur\w*|morali[sz]\w*|condescen\w+"
        r"|talk(?:ing)? down|critici[sz]\w*|drill sergeant|guilt\w*|hurry me|rush\w*"),
    ("directness", "direct", r"beat(?:ing)? (?:around|about) the bush|hedg\w+|wishy-?washy|mealy-mouthed|tiptoe\w*"),
    ("warmth", "plain",
        r"gush\w*|flatter\w*|sugar\w*|saccharine|syrupy|sentimental\w*|cheerlead\w*|baby(?:ish)? (?:talk"
        r"|language)|flowery|frills|soppy|mushy|pet names|over-?excite\w*"),
    ("warmth", "warm", r"cold\w*|curt\w*|clinical\w*|impersonal\w*|harsh\w*|be(?:ing)? mean|mean-spirited"
    r"|sarcas\w*|rude\w*|dull|unkind\w*"),
)  # fmt: skip
"""Aspect, value when refused, words. Nobody asks for these: unrefused they say nothing."""

TOPICS: tuple[tuple[str, str], ...] = (
    ("age", r"(?:my |old )?age\b|ag(?:e?ing)\b|getting old(?:er)?|being old|how old"),
    ("alcohol", r"alcohol\w*|drinking\b(?! water)|wine\b|beer\b|booze|pubs?\b|spirits\b|drunk|hangovers?"),
    ("children",
        r"children|kids?\b|bab(?:y|ies)\b(?! (?:talk|language|voice))|pregnan\w*|fertility|childless\w*"
        r"|having (?:a )?child"),
    ("dating",
        r"dating|romance|romantic\w*|love life|relationship status|being single|marriage|marrying|divorce\w*"
        r"|(?:my |either )wives|former (?:wife|husband|partner)|ex-?(?:wife|husband|partner|girlfriend"
        r"|boyfriend)|my ex\b|sex(?!t)\w*"),
    ("death",
        r"death|dying|grief|griev\w+|funerals?|mourning|bereave\w*|(?:my )?late (?:husband|wife|mother|father"
        r"|brother|sister|son|daughter|partner)|mortality|suicide|widow\w*|passed away"),
    ("diet", r"diet\w*|calories?|eating habits|what i eat|how much i eat|food intake|nutrition advice"),
    ("family",
        r"(?:my )?famil(?:y|ies)(?: matters| affairs| life)?|parents|siblings|(?<!late )(?:mother|father|brother"
        r"|sister|(?<!grand)son|daughter|mum|mom|dad)s?\b|relatives|in-laws"),
    ("illness",
        r"illness\w*|sickness|disease\w*|medical\w*|medicines?\b|diagnos\w*|symptoms|medication|(?:my |mental "
        r"|physical )?health\w*(?: issues| conditions?| problems| matters| statistics)?|anxiety|depression"
        r"|disabilit\w*|diabetes|arthritis|cancer|back pain|therapy|hospitals?\b|patients\b|prognos\w+"
        r"|nursing homes?|care homes?|pills?\b|tablets\b|dementia|smoking|hearing (?:loss|aids?)|blood pressure"
        r"|heart (?:attack|condition|trouble|disease)s?|my (?:heart|back|knees?|hips?|joints|eyesight|hearing"
        r"|memory|condition|nerves)\b|ailments?|surgery|operations?\b"),
    ("loneliness", r"lonel\w*|liv(?:e|ing) (?:alone|by myself|on my own)|being alone|isolation|social life"
     r"|lack of friends"),
    ("money",
        r"money|income|salar(?:y|ies)|financ\w*|earnings|debts?|wages?\b|savings?\b|spending|bills?\b|wealth"
        r"|costs?\b|pension|investments?|economic|mortgage|rent\b|what i earn|how much i (?:earn|spend|make)\b"
        r"|i (?:earn|owe)\b"),
    ("politics", r"politic\w*|elections?|government|ideolog\w*|controversial (?:topics?|issues|subjects)"),
    ("religion", r"religi\w*|god\b|faith\b|church|beliefs?|spiritual\w*|prayers?\b"),
    ("screen_time", r"screen[- ]?time|phone use|time on (?:my|the) (?:phone|screen|computer)|gaming hours"),
    ("weight", r"(?:my )?weight\b|body(?: shape| size| image)?\b|figure\b|appearance|fat\b|bmi\b|looks\b"
    r"|losing weight|my size|how i look"),
    ("work",
        r"(?:my )?(?:work|jobs?|career|profession(?!al)\w*|unemploy\w*|retir(?:e|ing|ement)|productivity|office"
        r"|boss)\b(?: life"
        r"| performance| stress| matters)?|deadlines?|grades|publications?"),
)  # fmt: skip

TOPIC_PATTERNS = tuple((topic, re.compile(rf"\b(?:{pattern})", re.I)) for topic, pattern in TOPICS)
