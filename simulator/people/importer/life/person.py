"""Who the person is, out of prose: traits, work, household, chronotype."""

from __future__ import annotations

import re

from simulator.people.importer.language import gerunds, vocabulary
from simulator.people.importer.language.words import normalise, sentences
from simulator.people.importer.life.entries import without_subject
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes
from simulator.people.persona import TRAITS

_TRAIT_WORDS = {
    "openness": r"openness(?: to (?:new )?experiences?)?",
    "conscientiousness": r"conscientiousness",
    "extraversion": r"extra?oversion|extraversion|extroversion",
    "agreeableness": r"agreeableness",
    "neuroticism": r"neuroticism|emotional instability",
}
_ADJECTIVES: tuple[tuple[str, str, str], ...] = (
    ("openness", "high", r"curious|creative|imaginative|open-minded|artistic|adventurous|inventive"),
    ("openness", "low", r"conventional|traditional|down-to-earth|practical|conservative|set in (?:his|her|their) ways"),
    (
        "conscientiousness",
        "high",
        r"organi[sz]ed|diligent|disciplined|meticulous|hard-?working|responsible|reliable|orderly|punctual",
    ),
    ("conscientiousness", "low", r"disorgani[sz]ed|messy|spontaneous|careless|scattered|chaotic|procrastinat\w+"),
    ("extraversion", "high", r"outgoing|sociable|talkative|energetic|extrovert\w*|extravert\w*|gregarious"),
    ("extraversion", "low", r"shy|quiet|introvert\w*|reserved|withdrawn|solitary"),
    (
        "agreeableness",
        "high",
        r"friendly|kind|warm|helpful|empathetic|generous|hospitable|considerate|compassionate|gentle",
    ),
    ("agreeableness", "low", r"blunt|critical|stubborn|competitive|argumentative|sceptical|skeptical|cynical"),
    ("neuroticism", "high", r"anxious|nervous|sensitive|moody|worri\w+|insecure|irritable"),
    ("neuroticism", "low", r"calm|relaxed|stable|even-tempered|confident|resilient|easy-?going|serene"),
)
_USUAL = {
    "openness": "high",
    "conscientiousness": "high",
    "extraversion": "low",
    "agreeableness": "high",
    "neuroticism": "low",
}
_LEVEL = (
    r"(?P<level>very high|very low|high|low|moderately high|moderately low|somewhat high|somewhat low|above "
    r"average|below average|medium|moderate|average|[01](?:\.\d+)?|\d{1,3}(?:\.\d+)?)"
)


def read_traits(source: Source, notes: Notes) -> dict[str, str]:
    """The Big Five as high or low."""
    text = normalise(source.text("traits"))
    known = {trait: level for trait in TRAITS if (level := _level(text, trait))}
    traits: dict[str, str] = {}
    for trait in TRAITS:
        adjective = next(
            (
                (level, match.group(0))
                for name, level, pattern in _ADJECTIVES
                if name == trait and (match := re.search(rf"\b(?:{pattern})\b", text, re.I))
            ),
            None,
        )
        if trait in known:
            traits[trait] = known[trait][0]
            notes.understand(f"traits.{trait}", *known[trait])
        elif adjective:
            traits[trait] = adjective[0]
            notes.understand(f"traits.{trait}", *adjective)
        else:
            traits[trait] = _USUAL[trait]
            notes.assume(f"traits.{trait}", _USUAL[trait], "not said")
    return traits


def _level(text: str, trait: str) -> tuple[str, str] | None:
    """High or low beside a trait's name: 'Low in Extraversion', 'Extraversion: low', 'extraversion 0.2'."""
    name = _TRAIT_WORDS[trait]
    match = re.search(rf"\b{_LEVEL}\s*(?:in|on|levels? of|degree of)?\s*(?:{name})\b", text, re.I) or re.search(
        rf"\b(?:{name})\b\s*(?:is|=|:|-|\()?\s*{_LEVEL}", text, re.I
    )
    if not match:
        return None
    level = match.group("level").lower()
    if re.match(r"\d", level):
        number = float(level)
        middle = 0.5 if number <= 1 else 3.0 if number <= 5 else 5.0 if number <= 10 else 50.0
        return ("high" if number >= middle else "low"), match.group(0)
    return ("low" if "low" in level or "below" in level else "high"), match.group(0)


_OPENING = re.compile(
    r"^(?:(?:he|she|they|i|[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)\s+)?(?:is|are|am|was|works? as|working as|employed as)\s+"
    r"(?:currently |still |now |by trade )?"
)
_FORMER = re.compile(
    r"\b(?:left|leaving|quit|gave up|has given up|resigned from|retired from|stepped back from)\s+(?:(?:his|her|their"
    r"|a|the)\s+)?"
    r"(?:(?:job|career|work|post|position|life)\s+(?:as|in)\s+)?(?:an?\s+)?(?P<job>[\w' -]+?)\s+to\s+(?P<now>[a-z]+)"
    r"\s+(?P<what>[^,.;]+?)(?=\s+(?:who|with|in|and|at|on)\b|[,.;]|$)",
    re.I,
)
_USED_TO = re.compile(r"\bused to (?:be|work as) (?:an? |the )?(?P<job>[^,.;]+)", re.I)
_NOW = re.compile(r"\bnow (?:works as |is )?(?:an? |the )(?P<job>[^,.;]+)", re.I)
_STOP = re.compile(
    r"\s+(?:who|that|which|whose|where|while|at present|living|lives|(?<!translator )(?<!interpreter )from|with"
    r"|looking after|doing|writing|working|raising|runs"
    r"|teaches|keeps?|married|born|on|for|behind|renting|sharing|currently|by day|by night|and an?|and (?:mother"
    r"|father|parent))\b|[,;.(]|\s-\s"
)
_RELATIVE = re.compile(
    r"^(?:(?:proud |single |widowed |divorced |retired |young )*(?:father|mother|mum|dad|parent|grandmother"
    r"|grandfather|widower|widow|husband|wife|twin|daughter|son)\b[\w -]*?)(?:\s+and\s+(?=[a-z])|$)",
    re.I,
)
LONGEST = 60
"""Letters of an occupation."""


def occupation(source: Source, notes: Notes) -> str:
    """What the person does for a living, from its own field or the background's first words."""
    if source.text("occupation"):
        return source.text("occupation")
    told = sentences(source.text("background"))
    for sentence in told:
        found = _job_of(without_subject(sentence, source.name) if source.name else sentence)
        if found:
            notes.understand("occupation", found, sentence)
            return found
    for sentence in told:
        does = _STOP.split(re.split(r"\s+and\s+", without_subject(sentence, source.name))[0])[0].strip()
        if gerunds.verb_of(does.split(), third=True) and not re.match(
            r"(?:lives?|shares?|has|loves?|likes?|enjoys?)\b", does, re.I
        ):
            notes.understand("occupation", does, sentence)
            return does[:LONGEST]
    notes.assume("occupation", "not stated", "not said")
    return "not stated"


def _job_of(sentence: str) -> str:
    """The job that a sentence tells of; '' where it tells of none."""
    living = re.search(r"\b(?:he|she|they|who|and|^)\s*(\w+s [^,.;]+?) for a living\b", sentence, re.I)
    if living:
        return living.group(1)
    former, used = _FORMER.search(sentence), _USED_TO.search(sentence)
    if former:
        job = former.group("job").strip()
        job = job if not job.endswith("ing") else f"former {job}"
        return f"{job[:1].upper()}{job[1:]}, now {gerunds.gerund(former.group('now'))} {former.group('what')}"
    if used:
        return f"former {_STOP.split(used.group('job'))[0].strip()}"
    now = _NOW.search(sentence)
    if now:
        return _short(now.group("job"))
    opening = _OPENING.match(sentence)
    words = sentence[opening.end() :] if opening else sentence
    if not opening and not re.match(r"(?:an?|the)\s", words, re.I) and gerunds.verb_of(words.split(), third=True):
        works = re.search(r"\b(?:works?|working|employed) as (?:an? |the )?([^,.;]+)", words, re.I)
        return _short(works.group(1)) if works else ""
    return _short(words)


def _short(words: str) -> str:
    """A job without what hangs on it."""
    words = re.sub(r"^(?:an?|the)\s+", "", words.strip(), flags=re.I)
    words = _RELATIVE.sub("", words) or words
    if re.match(
        r"(?:single|married|divorced|widowed|lives?|they|from|born|raised|grew|moved|came|spent|lost|her|his|their|he"
        r"|she)\b",
        words,
        re.I,
    ):
        return ""
    job = _STOP.split(words)[0].strip()
    if len(job) > LONGEST:
        job = job[: job.rfind(" ", 0, LONGEST)]
    return re.sub(r"\s+(?:and|of|in|at|a|the|an)$", "", job)


_TOGETHER = (
    r"(?:(?:his|her|their|a|an|the|two|three|four|five|one|both)\s+)?(?:[\w'-]+\s+){0,3}?(?:wife|husband|partner"
    r"|fianc\u00e9e?|parents?"
    r"|mother(?:-in-law)?|father(?:-in-law)?|mum|dad|sister|brother|cousins?|son|daughter|kids?|children|toddlers?"
    r"|twins?|flatmates?"
    r"|housemates?|roommates?|friends?|grandmother|grandfather|grandparents|aunt|uncle|drummer|lodger|dogs?|cats?"
    r"|boys?|girls?|baby|family|\w+-(?:year|month)-old)"
)
_STATUS = re.compile(
    r"\b(?:married|single|widowed|divorced|separated|engaged)\b(?! (?:out|handed|minded|to the))(?: (?!with his"
    r"|with her|and)[^.;,]*)?(?:,? with (?:an?|two|three|four|five|no|grown) [^.;,]*)?",
    re.I,
)
_LIVING = re.compile(
    r"\b(?:lives?|living|stays?|at home(?: by day)?|shar(?:es?|ing)|rent(?:s|ing)|house-?shar\w+)\b(?! in )[^.;,]*?"
    r"\b(?:alone|by (?:him|her|them)sel(?:f|ves)|with)\b[^.;,]*"
    r"|\b(?:lives?|living|boards|lodges) in (?:an?|the) (?:\w+ )?(?:dorm\w*|hall of residence|hostel|care home"
    r"|convent|barracks)\b",
    re.I,
)
_WITH = re.compile(
    rf"(?<!opened )\bwith (?!(?:his|her|their) (?:late|dead|former|ex)\b|[\w-]+ (?:parents"
    rf"|grandparents)\b){_TOGETHER}(?:,? and {_TOGETHER})?\b",
    re.I,
)
_THEY = re.compile(r"\bthey (?:\w+ )?live together\b([^.;,]*)", re.I)
_KIN = (
    re.compile(
        r"\b(?:father|mother|parent|dad|mum|widower|widow)\b (?:of|to) [^.;,]*?(?=\s+(?:and|who)\b|[.;,]|$)", re.I
    ),
    re.compile(r"\b(?:widower|widow)\b", re.I),
)
_SPOUSE = re.compile(
    r"\b(?:his|her|their) (?:\w+ )?(?:husband|wife|partner|fianc\u00e9e?|boyfriend|girlfriend)\b", re.I
)
_CLAUSE = re.compile(
    r"\s+(?:where|while|who|when|because|since|but|which|that|for the first time|and (?:works|keeps))\b.*$",
    re.I,
)


def household(source: Source, notes: Notes) -> str:
    """With whom the person lives: what is said of marriage, and of who shares the house."""
    if source.text("household"):
        return source.text("household")
    background = sentences(source.text("background"))
    found: list[tuple[str, str]] = []
    for pattern in (_STATUS, _LIVING):
        hit = next(((match.group(0), told) for told in background if (match := pattern.search(told))), None)
        if hit and not any(hit[0] in earlier for earlier, _ in found):
            found.append(hit)
    together = next(((match, told) for told in background if (match := _THEY.search(told))), None)
    other = re.search(rf"\b(?:his|her|their) {_TOGETHER}", source.text("background"), re.I) if together else None
    if together and other:
        found.append((f"lives with {other.group(0)}{together[0].group(1)}", together[1]))
    if not found:
        found = [(match.group(0), told) for told in background if (match := _WITH.search(told))][:1]
    if not found:
        lifestyle = [told for told in sentences(source.text("lifestyle")) if re.search(r"\b(?:liv|shar)", told)]
        found = [(match.group(0), told) for told in lifestyle if (match := _LIVING.search(told))][:1]
    if not found or (len(found) == 1 and re.fullmatch(r"\w+", found[0][0])):  # 'married' alone says little
        kin = [(match.group(0), told) for pattern in _KIN for told in background if (match := pattern.search(told))]
        found += [entry for entry in kin[:1] if entry not in found]
    if not found:
        spouse = [(match.group(0), told) for told in background if (match := _SPOUSE.search(told))]
        found = [(f"with {words.lower()}", told) for words, told in spouse[:1]]
    if not found:
        notes.assume("household", "not stated", "not said")
        return "not stated"
    value = ", ".join(_CLAUSE.sub("", words).strip(" ,") for words, _ in found)
    notes.understand("household", value, " ".join(dict.fromkeys(told for _, told in found)))
    return value


_PLACE = r"(?:[A-Z][\w'\u00c0-\u024f-]+(?:\s+(?:(?:of|de|la|el|del|da|do)\s+)?[A-Z][\w'\u00c0-\u024f-]+){0,3})"
_ORIGIN = re.compile(
    rf"(?:(?:^|,\s*)from|\b(?i:(?:originally|comes?|came|hails?|hailing|is|moved(?: here)?|emigrated|arrived|\w+) from"
    rf"|born(?: and (?:raised|bred))?(?: in| near)|raised in"
    rf"|grew up in|(?:a )?native of|(?:moved|emigrated) from))\s+(?:the )?({_PLACE})"
)
_NOT_ORIGIN = re.compile(
    r"\b(?:translat\w+|translator|retired|graduated|back|away|hours?|letters?|works?|working|remotely|home|commutes?"
    r"|degree|degrees|far|boleros|songs?|minutes?|miles|km|novels?|dishes|books?|records?) from$|\bPhD from$",
    re.I,
)
_PEOPLES = re.compile(
    r"\b([A-Z][a-z]+(?:-[A-Z][a-z]+)?)(?:[- ](?:speaking|born|raised))?[ -](?=(?:\w+ )?(?:parents?|family|roots"
    r"|descent|heritage|origins?"
    r"|vet|mother|father|household|immigrants?|grandmother|background)\b)|\b([A-Z][a-z]+)-(?:speaking|born|raised)\b"
    r"|\b(?:is|an?) ([A-Z][a-z]+(?:ian|ish|ese|ean|can|an|i|ch|ic))\b(?= [a-z]|[,.]|$)"
)
_NO_PEOPLE = vocabulary.words("no_people")


def culture(source: Source, notes: Notes) -> str:
    """Where the person is from: a people or a place that the background names as theirs."""
    if source.text("culture"):
        return source.text("culture")
    for sentence in sentences(source.text("background")):
        for match in _ORIGIN.finditer(sentence):
            if not _NOT_ORIGIN.search(sentence[: match.start(1)].strip()):
                notes.understand("culture", match.group(1), sentence)
                return match.group(1)
        for people in _PEOPLES.finditer(sentence):
            name = next(group for group in people.groups() if group)
            if name not in _NO_PEOPLE:
                notes.understand("culture", name, sentence)
                return name
    notes.assume("culture", "not stated", "not said")
    return "not stated"


def age(source: Source, notes: Notes) -> int:
    """Age in years, 16 to 110."""
    if source.age is not None and 16 <= source.age <= 110:
        return source.age
    for part in ("background", "lifestyle"):
        match = re.search(r"\b(\d{2,3})[- ]years?[- ]old\b|\baged? (\d{2,3})\b", source.text(part), re.I)
        if match and 16 <= int(match.group(1) or match.group(2)) <= 110:
            notes.understand("age", match.group(1) or match.group(2), match.group(0))
            return int(match.group(1) or match.group(2))
    notes.assume("age", 40, "not said" if source.age is None else f"{source.age} lies outside 16 to 110")
    return 40


def chronotype(wake: float, sleep: float, notes: Notes) -> str:
    """Lark, owl or neither, by when the person wakes and sleeps."""
    kind = "owl" if sleep >= 1470 or wake >= 540 else "lark" if wake <= 390 and sleep <= 1395 else "neither"
    notes.assume("chronotype", kind, "by waking and sleeping times")
    return kind
