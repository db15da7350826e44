"""The words of questions about drawings, German and English, as patterns; and the nouns that answers use for them.

Patterns are matched on lower-case text (`ß` kept, so that *Maße* stays apart from *Masse*), in the order of the tables:
the first that matches wins.
"""

from __future__ import annotations

import re
from typing import Literal

from drawing.labels import FieldName
from language import Language

Feature = Literal[
    "distance",
    "core_hole",
    "counterbore",
    "countersink",
    "thread",
    "chamfer",
    "radius",
    "angle",
    "diameter",
    "thickness",
    "height",
    "width",
    "length",
    "size",
]
Attribute = Literal["tolerance", "fit", "upper_limit", "lower_limit", "depth", "quantity", "pitch", "value"]
Topic = Literal["general_tolerance", "gdt", "roughness", "table", "summary", "field", "callout", "unknown"]

FIELD_WORDS: tuple[tuple[FieldName, str], ...] = (
    (
        "drawing_number",
        r"(?:zeichnungs|zeichn|dokument(?:en)?|sach|ident)-?\s?(?:nummer|nr)|drawing (?:number|no|#)|dwg",
    ),
    ("drawing_number", r"document (?:number|no)|nummer der zeichnung|number of the drawing"),
    (
        "part_number",
        r"(?:teile|artikel|material|bestell)-?\s?(?:nummer|nr)|part (?:number|no)|item number|article number",
    ),
    ("scale", r"maßstab|massstab|\bscale\b|skaliert"),
    (
        "treatment",
        r"(?:oberflächen|wärme)behandlung|beschicht|surface treatment|heat treatment|coating|coated|eloxier|anodi[sz]",
    ),
    ("treatment", r"\bhärte\b|gehärtet|hardness|hardened"),
    ("finish", r"oberflächenbeschaffenheit|allgemeine oberfläche|(?:general )?surface finish|\bfinish\b"),
    ("material", r"werkstoff|material|woraus|rohstoff|legierung|\balloy\b|made (?:of|from)|halbzeug"),
    ("mass", r"gewicht|\bmasse\b|wiegt|schwer\b|\bweigh|\bmass\b|\bheavy\b"),
    (
        "drawn_by",
        r"wer hat .*(?:gezeichnet|erstellt|konstruiert|entworfen)|gezeichnet|ersteller|zeichner|konstrukteur|verfasser",
    ),
    (
        "drawn_by",
        r"who (?:drew|drawn|created|made|designed)|drawn by|created by|designed by|\bauthor\b|designer"
        r"|draughtsman|draftsman",
    ),
    ("drawn_by", r"erstellt von|bearbeiter|whose name|wessen name|welcher name\b(?! .*teil)"),
    ("checked_by", r"geprüft|prüfer|kontrolliert|checked|reviewed|checker"),
    ("approved_by", r"freigegeben|genehmigt|freigabe|approved|released|approver"),
    (
        "revision",
        r"revision|änderungs(?:stand|index)|\brev\b|zeichnungsindex|zeichnungsstand|\bversion\b|\bausgabestand",
    ),
    (
        "paper",
        r"papier(?:format|größe)|blatt(?:format|größe)|paper (?:size|format)|sheet (?:size|format)|\bformat\b"
        r"|drawing size",
    ),
    (
        "sheet",
        r"blattnummer|blattzahl|wie viele blätter|sheet number|how many sheets|which sheet|welches blatt"
        r"|number of sheets",
    ),
    (
        "company",
        r"\bfirma\b|unternehmen|organisation|organization|\bcompany\b|hersteller|manufacturer|eigentümer|legal owner",
    ),
    ("customer", r"\bkunde\b|customer|client|auftraggeber"),
    ("project", r"projekt|\bproject\b|auftrags?nummer|order number"),
    ("department", r"abteilung|department|\bgruppe\b|\bgroup\b"),
    ("projection", r"projektion|projection"),
    ("unit", r"(?:maß)?einheit|\bunits?\b"),
    (
        "title",
        r"\btitel|benennung|bezeichnung|\btitle\b|heißt (?:das|die|der)"
        r"|name (?:des|der|of the) (?:teil|bauteil|part|drawing|zeichnung)",
    ),
    (
        "title",
        r"teilename|part name|what is (?:the part|it) called|was (?:zeigt|stellt) die zeichnung"
        r"|what does the drawing show",
    ),
)
#: `Datum` is a date in German and a datum in English.
DATE_WORDS: dict[Language, str] = {"de": r"\bdatum\b|datiert|wann\b|vom wann", "en": r"\bdated?\b|when was"}
DATE_ROLES: tuple[tuple[FieldName, FieldName], ...] = (
    ("drawn_by", "drawn_date"),
    ("checked_by", "checked_date"),
    ("approved_by", "approved_date"),
)

GENERAL_TOLERANCE = (
    r"allgemeintoleranz|allgemeine toleranz|freimaßtoleranz|general tolerance|toleranznorm|tolerance standard"
    r"|toleranz\w* (?:gilt|gelten) für .*ohne|toleranced? .*without|not individually toleranced"
    r"|untoleranced|nicht tolerierte"
)
ROUGHNESS = (
    r"rauheit|rauigkeit|rautiefe|mittenrau|roughness|\br[az]\b|r[az]-wert|oberflächen(?:güte|angabe|rau\w*|kennzeichn\w*)"
    r"|surface texture"
)
TABLE = (
    r"stückliste|teileliste|bill of materials?|\bbom\b|parts? list|item list|tabelle|\btable\b"
    r"|revisions?tabelle|revision (?:table|history)"
)
SUMMARY = (
    r"was (?:steht|ist) (?:alles )?auf de[mr] (?:blatt|zeichnung)|beschreib|zusammenfass|überblick"
    r"|describe|summar|overview|what is on (?:the|this)"
)
CHAT = (
    r"^(?:hallo|hi|hey|guten (?:tag|morgen|abend)|moin|servus|hello|good (?:morning|afternoon|evening))\b"
    r"|^(?:danke\w*|thanks?|thank you)\b"
    r"|gedicht|\bpoem\b|\bwitz\b|\bjoke\b|wetter|weather|geschichte erzähl|tell me a story|wie geht"
    r"|how are you|wer bist du|who are you"
    r"|\blied\b|\bsong\b|übersetz|translate|rezept|\brecipe\b|what can you do|was kannst du|hilfe\b|^help"
)

#: Geometrical characteristics of ISO 1101 by the name in `drawing.grammar.CHARACTERISTICS`.
CHARACTERISTIC_WORDS: tuple[tuple[str, str], ...] = (
    ("flatness", r"ebenheit|flatness"),
    ("parallelism", r"parallelit|parallelism|\bparallel"),
    ("perpendicularity", r"rechtwinklig|perpendicular|squareness"),
    ("angularity", r"neigungstoleranz|\bneigung|angularity|winkligkeit"),
    ("position", r"positionstoleranz|\bposition(?:al)? tolerance|true position|lagetoleranz|\bposition\b(?!\s*\d)"),
    ("concentricity", r"konzentri|koaxial|coaxial|concentric"),
    ("circular_runout", r"rundlauf|circular run-?out|\brun-?out|planlauf|axial run-?out"),
    ("total_runout", r"gesamt(?:rund|plan)lauf|total run-?out"),
    ("cylindricity", r"zylinderform|zylindrizität|cylindricity"),
    ("circularity", r"rundheit|circularity|roundness"),
    ("straightness", r"geradheit|straightness"),
    ("symmetry", r"symmetrie|symmetry"),
    ("surface_profile", r"flächenprofil|flächenform|surface profile|profile of a surface"),
    ("line_profile", r"linienprofil|linienform|line profile|profile of a line"),
)
GDT = (
    r"form- und lage|formtoleranz|lagetoleranz|geometri(?:c|cal|sche)\w* toleran|gd&t|feature control"
    r"|toleranzrahmen|\bbezug\b|bezogen auf"
)

FEATURE_WORDS: tuple[tuple[Feature, str], ...] = (
    ("distance", r"abstand|abstände|distance|spacing|\bentfernung|mittenabstand|lochabstand"),
    ("angle", r"winkel|\bangles?\b|\bgrad\b|degrees|neigung"),
    ("core_hole", r"kernloch|kernbohrung|core\b.*hole|tap(?:ping)? drill|pilot hole|kerndurchmesser"),
    ("countersink", r"kegelsenk|countersink|countersunk"),
    ("counterbore", r"senkung|zylindersenk|flachsenk|counter-?bore|spot-?face|ansenkung|senkdurchmesser"),
    ("thread", r"gewinde|thread|\btapped|\bm\d"),
    ("chamfer", r"\bfasen?\b|angefast|chamfer|bevel|fasen(?:breite|winkel)"),
    ("radius", r"radius|radien|radii|verrund|\brundung|abgerundet|fillet|rounded|eckenradi"),
    ("diameter", r"durchmesser|diameter|\bdia\b|ø|⌀|\bø\d"),
    ("thickness", r"\bdick|dicke\b|wandstärke|\bstärke\b|blechstärke|thick"),
    ("height", r"\bhoch\b|höhe|height|\bhigh\b|\btall\b"),
    ("width", r"\bbreit|breite\b|width|\bwide\b"),
    ("length", r"\blang\b|\blänge|länge\b|length|\blong\b"),
    (
        "size",
        r"\bmaß\b|maße\b|nennmaß|abmessung|bemaßung|dimension|\bsize\b|bohrung|\bhole|\bbore\b|\bnut\b|groove|\bslot\b",
    ),
)
ATTRIBUTE_WORDS: tuple[tuple[Attribute, str], ...] = (
    (
        "upper_limit",
        r"ober\w* grenzmaß|höchstmaß|größtmaß|upper limit|maximum (?:permitted|permissible|allowed) (?:size|dimension)"
        r"|largest permi",
    ),
    (
        "lower_limit",
        r"unter\w* grenzmaß|mindestmaß|kleinstmaß|lower limit"
        r"|minimum (?:permitted|permissible|allowed) (?:size|dimension)",
    ),
    (
        "fit",
        r"passung|\bfits?\b|toleranzklasse|toleranzfeld|tolerance (?:class|zone|grade)|class of fit"
        r"|thread class|gewindeklasse",
    ),
    ("tolerance", r"toleranz|toleran|abmaß|deviation|grenzabmaß|\bgenau(?:igkeit)?\b|accuracy"),
    ("pitch", r"steigung|\bpitch\b(?! circle)"),
    ("depth", r"\btief\b|tiefe\b|\btiefen\b|\bdeep\b|depth"),
    ("quantity", r"wie ?viele|wieviel|how many|\banzahl\b|number of|stückzahl|wie oft"),
)

LARGEST = (
    r"gesamt|insgesamt|overall|\btotal|außen|outer|outside|äußer|größ(?:t|er)|largest|larger|biggest"
    r"|bigger|greatest|längst|längere|lange seite|long(?:er|est) |long side|major"
)
SMALLEST = (
    r"kleinst|kleiner|smallest|smaller|kürzest|kürzer|kurze seite|short(?:er|est)? (?:side|edge)|shortest"
    r"|minor|dünnst|thinnest"
)
MAX_BOUND = r"maximal|\bmax\b|maximum|höchst(?:ens|zulässig|maß)|at most|höchste"
MIN_BOUND = r"mindest|minimal|\bmin\b|minimum|at least|wenigstens"
HORIZONTAL = r"waage?recht|horizontal|links nach rechts|left to right"
VERTICAL = r"senkrecht|vertikal|vertical|oben nach unten|top to bottom"
REFERENCE = (
    r"hilfsmaß|referenzmaß|reference dimension|reference size|in klammern|in (?:brackets|parentheses)|eingeklammert"
)
EVERY = (
    r"welche (?:radien|fasen|passungen|toleranzen|maße|bohrungen|rauheiten|winkel sind|durchmesser sind)"
    r"|which (?:radii|chamfers|threads|fits|tolerances|dimensions|angles|diameters|holes) "
    r"|\balle\b|\ballen\b|\baller\b|sämtliche|\bliste\b|auflist|aufzähl|\bnenne\b.*\b(?:alle|die)\b"
    r"|\blist\b|\ball\b|\bevery\b|enumerate|show me the|welche \w+(?:en|e|er) gibt es"
    r"|which \w+s are (?:there|on)"
)
NEEDED = r"benötigt|gebraucht|erforderlich|bestellt|gefertigt|required|needed|ordered|to be made|stück werden|pieces"
#: The whole thing, by words that are parts of no other thing.
WHOLE = (
    r"\bteils?\b|bauteil|werkstück|gesamt|insgesamt|\bpart\b|component|workpiece|\bpiece\b|overall|\btotal"
    r"|\bblocks?\b|platte|\bplate\b|\bwelle\b|\bshaft\b|halter|holder|bracket|gehäuse|housing|\bbuchse|bushing|\bbolzen"
    r"|stange|\brod\b|profil|profile|\bblech|adapter|\bhebel|lever|scheibe|\bdis[ck]\b|\brohr|\btube|kolben|piston"
    r"|deckel|\bcover\b|rahmen|\bframe|riemenscheibe|pulley|\bring\b|flansch|flange|zylinder|cylinder|\brad\b|\bwheel\b"
)
#: A part of the thing: its size is not the overall one.
PART_OF = (
    r"\bnut\b|\bnuten\b|\bnutbreite|groove|\bslot|keyway|passfeder|bohrung|\bloch|löcher|langloch|\bholes?\b|\bbores?\b"
    r"|absatz|shoulder|\bstufe|\bstep\b|\bsteg|\brib\b|rippe|tasche|pocket|ausschnitt|cut-?out|aussparung|recess"
    r"|\bgewinde\b|\bthread\b|\bfase\b|chamfer|schlüsselfläche|kante\b|\bedge|\bbund\b|collar|einstich|undercut|lasche"
    r"|\btab\b|schulter|\bhals\b|\bneck\b|\bzahn(?!rad)|\btooth\b|teeth|schlitz|\bseite\b|\bside\b|\barc\b|bogen"
    r"|\bkopf\b|\bhead\b|schenkel|abflachung|\bflats?\b"
)
FOLLOW_UP = (
    r"^(?:und|and|also|sowie)\b|\b(?:davon|dafür|dazu|dessen|deren|ihre?n?|seine?n?|diese[rsmn]?|hat (?:sie|er|es))\b"
    r"|\b(?:its|it|their|them|that one|this one)\b"
)
HOLES = r"bohrung|\bloch\b|löcher|\bholes?\b|\bbores?\b|\bbored\b"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS: dict[Language, frozenset[str]] = {
    "de": _words(
        "was ist der die das den dem des ein eine einer eines einem einen welche welcher welches welchen "
        "welchem wie wer wo wann "
        "wieviel viele hat haben sind gilt gelten für auf dem im in am an von vom zu zur zum mit nach "
        "bei und oder es er sie "
        "bitte nenne liste zeige gib mir alle laut steht stehen angegeben vorgegeben eingetragen blatt "
        "zeichnung schriftfeld "
        "wird werden durch aus lautet trägt ich du man kein keine nicht auch noch dieses dieser diese "
        "teil teils gibt nennen "
        " wessen warum welch jede jeder jedes einzelne unten oben links rechts unteren oberen ansicht"
    ),
    "en": _words(
        "what is the a an which how who whose where when does do are on in of for to and or with from by "
        "at it its be has have "
        "please list show give me all this that sheet drawing title block stated given specified printed "
        "shown there any many "
        "much was were apply applies applied used can you tell i not no named called according part "
        "entered mentioned required "
        " does each per upper lower left right view"
    ),
}
LANGUAGE_WORDS: dict[Language, frozenset[str]] = {
    "de": _words(
        "was ist der die das den dem des ein eine einer welche welcher welches welchen wie wer wo wann "
        "wieviel hat haben sind gilt "
        "für auf im am vom zu zur mit nach und oder bitte nenne liste zeige gib alle laut steht aus "
        "lautet trägt ich kein nicht "
        " tief lang breit dick hoch viele es sie er wessen woraus welchem hallo danke schreibe mir"
    ),
    "en": _words(
        "what is the a an which how who whose where when does do are of for to and or with from by at "
        "its has have please list "
        " show give all this that sheet many much was were apply applies can you tell there hello thanks write me my"
    ),
}


def search(pattern: str, text: str) -> bool:
    return re.search(pattern, text) is not None
