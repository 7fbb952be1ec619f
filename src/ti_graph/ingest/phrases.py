"""How sentences and lines tie members to a territory: the phrases, as patterns.

A full stop ends a sentence unless it stands after an abbreviation (« com. com. »). Accents may be lost.
"""

from __future__ import annotations

import re

from ti_graph.ingest.loose import loose

_PREPOSITION = r"(?:\s+(?:de|du|des|par|autour\s+de|autour\s+du|autour\s+des)\b|\s+(?:d|autour\s+d)['’])?"
_VERB = (
    r"(?i:(?:(?:est|sera|sont|a\s+été)\s+)?(?:(?:composé|constitué|formé)e?s?"
    + _PREPOSITION
    + r"(?=\s)|(?:porté|monté|déposé|présenté|signé|conclu|animé|piloté|soutenu)e?s?\s+par\b)"
    r"|se\s+compose(?:nt)?\s+(?:de|du|des|d['’])|s['’]étend\s+sur|a\s+pour\s+membres?"
    r"|(?:regroup|rassembl|associ|englob|fédèr|feder|intègr|integr|rapproch)(?:e|ent|era|eront|ant|é)(?!\w)"
    r"|(?:réuni|reuni|uni)(?:t|ssent|ssant|ra|ront)(?!\w)"
    r"|(?:ne\s+)?compte(?:nt|ra)?(?:\s+qu['’]\s?une?\s+seule?\s+(?:membre|intercommunalité)|"
    r"\s+\d+\s+membres?)?\s*[,:]?(?!\w)"
    r"|(?:se\s+confond\s+avec|correspond\s+(?:à|au)|coïncide\s+avec|se\s+limite\s+à|recouvre(?:nt)?|"
    r"épouse(?:nt)?)"
    r"(?:\s+(?:(?:le|un)\s+)?périmètre\s+d['’]une\s+seule\s+intercommunalité\s*[,:])?"
    r"(?:\s+(?:celui|ceux|les?\s+périmètres?)\s+d(?:e\s+la|e\s+l['’]|es|e|u)(?:\s+(?:\w+\s+)?"
    r"(?:EPCI|intercommunalités?|communautés?|collectivités?)(?:\s+(?:ci-après|suivante?s?))?\s*:?)?)?(?!\w)"
    r"|(?:sont|ont\s+été)\s+(?:retenu|concerné|réuni|associé)e?s?(?!\w)|(?:s['’]appuie|repose)\s+sur\b"
    r"|compren(?:d|nent|ant|dra)(?!\w)|couvr(?:e|ent|ant|ira)(?!\w)|inclu(?:t|ent|ant|ra)(?!\w))"
)
#: What may stand between a name and its verb: « , enfin reconnu, », « (Orne) ».
_APART = (
    r"(?:\s*,\s+(?!qui\b|où\b|de\b|du\b|des\b|d['’]|et\b)[^,.:;«»“”\"]{1,40},)?"
    r"(?:\s+(?:est|a\s+été|sera)\s+[a-zà-ÿ]+ée?\s*[;,.]?(?=\s+(?:il|qui)\s))?"
)
#: What leads into a name, after which a comma is enough: « À « A », x et y … ».
_LEAD = r"(?:(?:[ÀAÁ]|Dans|Pour|Sur|Avec|Quant\s+à|(?:Du|du)\s+côté\s+de|démarche\s+pour)\s+)"
_FIRST = (
    r"(?=(?:la\s+|le\s+|les\s+|l['’])?(?:C[CAU]\b|C\.\s?[CAU]|[Cc]ommunaut|[Aa]gglo|[Mm]étropole|[A-ZÉ]))"
)
_OPEN, _CLOSE = r"(?:«|“|„|\"|<<)", r"(?:»|”|\"|>>)"
#: « A » : …, « A » (…, « A », qui regroupe …; the members begin where it ends.
QUOTED_NAME = loose(
    rf"(?P<lead>{_LEAD})?{_OPEN}\s*(?P<name>[^«»“”„\"]{{1,130}}?)\s*{_CLOSE}"
    rf"(?P<place>\s*\([^()]{{1,60}}\))?"
    rf"\s*(?P<separator>[:=→>]|,?\s*(?:ce\s+sont|c['’]est(?:\s+un\s+\w+\s+qui\s+(?:associe|réunit|regroupe|"
    rf"rassemble|couvre|comprend))?|(?:où\s+)?(?:l['’])?on\s+(?:re)?trouve|on\s+compte|soit|avec)\s|"
    rf"[^«»“”\":.;]{{1,80}}:|{_APART},?\s*(?:qui|lequel|laquelle|il|celui-ci|où)?\s*{_VERB}|[–—-](?=\s)|"
    rf"(?=\()"
    rf"|(?(lead),\s+{_FIRST}|(?!)))",
    re.DOTALL,
)
#: le territoire A, qui regroupe …
SAID_OF = loose(
    r"(?:(?i:territoires?\s+d\s?['’]?\s?industrie|territoire)|TI)\s+"
    r"(?:(?:de\s+la|de\s+l['’]|du|des|de|d['’]|dit|dénommé|intitulé|baptisé)\s+)??"
    rf"(?P<name>[A-ZÀ-ÖØ-Þ0-9][^:;.«»\n]{{1,110}}?)(?P<place>\s*\([^()]{{1,60}}\))?\s*"
    rf"(?P<separator>:|{_APART},?\s*(?:qui|lequel|laquelle|où|il)?\s*\b{_VERB}|,\s*(?:avec|soit|"
    rf"à\s+savoir))\s",
    re.DOTALL,
)
#: A regroupe …, at the start of a sentence.
STARTING = loose(
    rf"(?P<name>(?:(?:[Ee]nfin|[Pp]uis|[Ee]t|"
    rf"[Qq]uant\s+à)\s*,?\s*)?[A-ZÀ-ÖØ-Þ0-9][^:;.«»]{{1,110}}?)(?P<place>\s*\([^()]{{1,60}}\))?\s*"
    rf"(?P<separator>{_APART},?\s*(?:qui\s+|lequel\s+)?\b{_VERB})\s",
    re.DOTALL,
)
#: x et y forment le territoire A; x et y (territoire A).
FORMING = loose(
    r"(?P<members>.+?)\s*,?\s*(?i:(?:forment|constituent|composent|portent?(?:\s+seule?s?)?|"
    r"font\s+partie\s+d[ue]|"
    r"sont\s+membres\s+d[ue]|sont\s+réunie?s\s+(?:dans|au\s+sein\s+d[ue])|relèvent\s+d[ue]|intègrent|"
    r"rejoignent|"
    r"(?:s['’]unissent|s['’]associent|se\s+regroupent|se\s+réunissent|travaillent|"
    r"coopèrent)\s+(?:ensemble\s+)?"
    r"(?:dans|au\s+sein\s+d[ue]|sous\s+le\s+nom\s+d[eu]))\s+(?:ensemble\s+)?(?:(?:le|du|de|ce)\s+)?"
    r"(?:(?i:territoires?\s+d\s?['’]?\s?industrie|territoire|TI)\s+(?:(?:de\s+la|de\s+l['’]|du|des|de|"
    r"d['’])\s+)??|(?=«|“|\"))"
    r"(?P<name>[^:;()]{2,110}?)"
    r"|\((?:territoire|TI)(?:\s+d\s?['’]?\s?industrie)?\s+(?P<after>[^()]{2,110}?)\))\s*\.?\s*$",
    re.DOTALL,
)
#: What parts a name from its members: a colon, dots, a tab, « , avec », « . On y trouve ».
COLON = loose(
    r"\s+avec\s+(?=(?:la\s+|le\s+|l['’]\s*|les\s+)?(?:C[CAU]\b|C\.\s?[CAU]|[Cc]ommunaut|[Cc]om\.|[Aa]gglo|"
    r"[Mm]étropole))"
    r"|\s*(?:[:=→⇒➡➔➜⟶]\ufe0f?|\.{3,}|…{2,}|_{3,})\s*|\s+>\s+|\t+|[^\S\n]{3,}|\s*[-–—]{1,2}>\s*|,\s+(?:avec|"
    r"c['’]est|ce\s+sont|soit|porté\s+par|que\s+porte(?:nt)?(?:\s+seule?s?)?)\s+"
    r"|\.\s+[^.:;]{0,60}?\b(?:trouve|participent|comprend|compte|partie|table\s*:|regroupe|réunit|rassemble|"
    r"composent|adhèrent|membres\s*:)\s*:?\s+"
)
#: What is no member of all that: « mais pas … ».
EXCEPT = re.compile(r"(?:mais|sauf|hormis|excepté|hors|pas|sans|à\s+l['’]exception)\s", re.IGNORECASE)
#: A sentence that denies: « A ne comprend pas … », but not « A ne compte que … ».
NEGATED = re.compile(r"\s(?:ne\s|n['’])(?!.{1,30}\bqu[e'’])", re.IGNORECASE | re.DOTALL)
#: A sentence about a territory that stands before it: « Ce territoire regroupe … ».
ANAPHORIC = loose(
    r"(?:Ce\s+(?:territoire|périmètre)(?:\s+d['’]industrie)?|Ils?|Elles?|On\s+y|Son\s+périmètre|"
    r"Sa\s+composition)\s+[a-zà-ÿ]"
)
#: A sentence about who is in no territory: « la candidature de x n'a pas été retenue ».
REFUSED = loose(
    r"\b(?:(?:pas|non|point)\s+(?:été\s+)?(?:retenue?s?|labellisée?s?)|n['’](?:a|ont|est|étaient|était|"
    r"entrent?|intègrent?)\s+pas\b"
    r"|hors\s+(?:dispositif|programme|périmètre|label|territoires?)|à\s+l['’]écart|ajournée?s?|écartée?s?|"
    r"refusée?s?|rejetée?s?"
    r"|absente?s?\b|déçue?s?|déception|(?:seul\s+)?regrets?\b|sans\s+suite|pas\s+cette\s+fois|malheureu(?:x|"
    r"ses?)\b|devra\s+attendre|restent?\s+(?:en\s+dehors|hors)|jugée?s?\s+\w+,"
    r"|relève\s+d['’]une\s+autre|ne\s+(?:figure|fait|font|participe|rejoint|sont)\w*\s+pas|"
    r"aucun\s+(?:des\s+)?territoires?)",
    re.IGNORECASE,
)
#: What ties a name to its members in a sentence.
VERB = loose(rf"\b{_VERB}\s")
#: A verb before members in brackets: (qui rassemble x et y).
BY_VERB = loose(rf"\s*(?:qui\s+)?{_VERB}\s+")
#: A dash between a name and its members.
DASH = re.compile(r"\s+[-–—]+\s+|(?<=\w)\s*—\s*|\s+[-–—]+(?=\w)|(?<=\w)[–—-]\s+")
#: Where a bracket opens.
BRACKETED = re.compile(r"[(\[]")
#: A full stop that ends a sentence; after a short word only before words that begin one.
_STOP = (
    r"(?:(?<=[^\W\d_]{3})(?<!\b[Cc][Oo][Mm])(?<!\b[Cc][Oo][Mm][Mm])[.!?]+(?=\s+[\"«“A-ZÀ-ÖØ-Þ0-9])"
    r"|(?<=[^\W\d_]{2})\.(?=\s+(?:Le|Les|Au|À|Quant|Enfin|Du\s+côté|Vient|Viennent|Pour)\s)|"
    r"(?<=[)»”])\.(?=\s))"
)
#: Where one territory with its members ends and another may begin: a semicolon, a full stop.
PART_END = re.compile(
    rf"\s*;\s*|{_STOP}\s+(?!(?:Ce\s+territoire|Il|Elle|On|Y|En\s+font|Sa\s+composition|Ses\s+membres|Membres?"
    r"|Périmètre)\b)|\n\s*(?=[-–—•*]\s)"
)
#: Where members end: the sentence does, or goes on with a clause.
SENTENCE_END = re.compile(
    rf"{_STOP}"
    r"|,\s+(?=(?:est|sont|était|étaient|a|ont|avait|va|vont|veut|veulent|compte|comptent|qui|dont|où|pour|"
    r"afin|ce\s+qui|il|elle|ils|elles|"
    r"bénéficier?a?|permet|doit|sera|seront|lequel|laquelle)\s)"
)
#: What ties a name to what stands before it: « , et », « ainsi que le ».
LEADS = re.compile(
    r"[\s,;:.–—-]*(?:(?:et|puis|enfin|ainsi\s+que|quant\s+à)\b[\s,]*)?"
    r"(?:(?:celui|celle)\s+)?(?:(?:de\s+la|de\s+l['’]|du|des|de|d['’]|le|la|les|l['’])\s*(?=territoire))?",
    re.IGNORECASE,
)
#: The place that a line begins with: « ORNE. — A (x, y) ».
PLACE_FIRST = re.compile(r"(?P<place>[^.:;,|«»“”\"()\n]{2,40}?)\s*(?:\.\s*[-–—]+\s+|\s[-–—]+\s+(?=[«“\"]))")
#: What ties a name to the members before it: « , et le territoire « B » ».
CONNECTING = re.compile(
    r"(?:[\s,;:.–—-]|\b(?:et|puis|enfin|ainsi\s+que|de\s+même\s+que|celui|celle|le|la|les|du|de|des|d['’]|"
    r"l['’]|"
    r"(?-i:territoires?)|d['’]industrie)(?!\w))*",
    re.IGNORECASE,
)
