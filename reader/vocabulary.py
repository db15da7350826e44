"""The words of questions about drawings, German and English, as patterns; and the nouns that answers use for them.

Patterns are matched on lower-case text (`ß` kept, so that *Maße* stays apart from *Masse*), in the order of the tables:
the first that matches wins.
"""

from __future__ import annotations

import re
from typing import Literal

from language import Language

Feature = Literal[
    "distance",
    "core_hole",
    "counterbore",
    "countersink",
    "across_flats",
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
Attribute = Literal["tolerance", "fit", "upper_limit", "lower_limit", "middle", "depth", "quantity", "pitch", "value"]
Topic = Literal[
    "general_tolerance",
    "gdt",
    "datums",
    "roughness",
    "requirement",
    "table",
    "notes",
    "views",
    "summary",
    "field",
    "callout",
    "unknown",
]

GENERAL_TOLERANCE = (
    r"toleran.*(?:wenn nichts|sofern nicht|ohne (?:weitere )?angabe|unless (?:stated|noted))"
    r"|allgemein-?\s?toleranz|allgemeine toleranz|allgemein toleriert|freimaß|general(?: \w+)? toleranc|toleranznorm"
    r"|tolerance standard|default toleranc|\b2768\b|\b22081\b|unless otherwise (?:specified|stated|noted)"
    r"|toleranz\w* (?:gilt |gelten )?für (?:die |alle )?(?:längen|winkel)|(?:linear|angular) toleranc"
    r"|toleranc\w* (?:for|of|on) (?:linear|angular)"
    r"|toleranz\w* (?:gilt|gelten) für .*ohne|toleranced? .*without|not individually toleranced"
    r"|untoler(?:anc|at)ed|nicht tolerierte|untolerierte|allgemeintol|\b(?:general|gen\.?) tol\b|default tol"
    r"|toleran.*(?:unless|\bohne (?:angabe|toleranz)|nichts? (?:dran|ander|angegeben|steht)|nothing is|if not)"
    r"|toler(?:anz|ier)\w* nach\b|nach welcher norm .*tolerier|toleran.*(?:nachkommastell|dezimalstell"
    r"|decimal place|place decimal)"
)
ROUGHNESS = (
    r"rauheit|rauhigkeit|rauigkeit|rauh?tiefe|wie glatt\b|how smooth|mittenrau|\brau\b|\brauh?e?\b"
    r"|roughness|\brough\b|\br[az]\b|r[az]-?wert"
    r"|oberflächen(?:güte|angabe|rau\w*|kennzeichn\w*|symbol|zeichen|qualität)|surface (?:texture|quality|symbol)"
)
TABLE = (
    r"stückliste|teileliste|materialliste|bill of materials?|\bbom\b|parts? list|item list|tabelle"
    r"|\btable\b(?! (?:frame|top|leg|plate|base))"
    r"|welche änderungen|what changes|\brevisions\b|wie ?viele (?:revisionen|änderungen)"
    r"|revisions?tabelle|revision (?:table|history)|änderungstabelle|bohrungstabelle|lochtabelle|hole (?:table|chart)"
)
NOTES = (
    r"\banmerkungen?\b|\bhinweise?\b|\bbemerkungen?\b|\bnotizen\b|\bnotes?\b(?! \w*book)|\bremarks?\b"
    r"|welche texte|special instructions"
)
VIEWS = (
    r"(?:welche[rsn]?|wie ?viele|gibt es(?: eine?n?)?|alle|anzahl der) "
    r"(?:schnitt|ansicht|detail|einzelheit|vergrößerung|teilansicht)"
    r"|(?:which|what|how many|list|all|any|is there an?) (?:the )?(?:cross[- ])?(?:section|detail|view)s?(?: views?)?\b"
    r"|^(?:schnitte|ansichten|einzelheiten|details|sections|views)\W*$"
)
DATUMS = (
    r"welche bezüge|bezugselement|bezugsbuchstab|wie ?viele bezüge|(?:which|what|how many|list|all) (?:the )?datums?\b"
    r"(?! (?:is (?!used|there|defined|shown|on the)|does|reference is))|bezüge\b.*(?:gibt|verwendet"
    r"|angegeben)|alle bezüge"
    r"|datum features|^(?:die )?bezüge\b|bezugsfläche|bezugssystem|bezugsebene|^datums\b|(?:what|which) are the datums"
)
SUMMARY = (
    r"was (?:steht|ist) (?:alles )?(?:(?:auf|in) de[mr] (?:blatt|zeichnung)|im schriftfeld"
    r"|im zeichnungskopf|drauf|da drauf|hier drauf)|\b(?:erzähl"
    r"|sag) mir (?:was|etwas) über"
    r"|tell me (?:something )?about (?:the|this)|beschreib|erklär|explain|zusammenfass|überblick"
    r"|describe|summar|overview|what is in the title block|what is on (?:the|this)"
)
CHAT = (
    r"^(?:hallo|hi|hey|guten (?:tag|morgen|abend)|moin|servus|hello|good (?:morning|afternoon|evening))\b"
    r"|^(?:danke\w*|thanks?|thank you)\b"
    r"|gedicht|\bpoem\b|\bwitz\b|\bjoke\b|wetter|weather|geschichte erzähl|tell me a story|wie geht"
    r"|how are you|\blied\b|\bsong\b|übersetz|translate|rezept|\brecipe\b"
)

#: How exactly a feature must be where it is.
_PLACED = r"wie genau .{0,60}\b(?:(?:sitz|lieg)(?:en|t)\b|positionier)|accurate\w* .{0,60}\b(?:position|locat|place)"
#: Geometrical characteristics of ISO 1101 by the name in `drawing.grammar.frame_notation.CHARACTERISTICS`.
CHARACTERISTIC_WORDS: tuple[tuple[str, str], ...] = (
    ("flatness", r"ebenheit|flatness|wie (?:eben|plan)\b|how flat\b"),
    ("parallelism", r"parallelit|parallelism|\bparallel"),
    (
        "perpendicularity",
        r"rechtwinklig|perpendicular|squareness|von der senkrechten|wie senkrecht"
        r"|out of square|how square",
    ),
    ("angularity", r"neigungstoleranz|\bneigung(?!swinkel)|angularity|winkligkeit"),
    (
        "position",
        rf"positionstoleranz|\bposition(?:al)? toleranc|true position|{_PLACED}|\bposition\b(?!\s*\d)",
    ),
    ("concentricity", r"konzentri|koaxial|coaxial|concentric"),
    ("total_runout", r"gesamt(?:rund|plan)?lauf|total run-?out"),
    ("circular_runout", r"rundlauf|circular run-?out|\brun-?out|planlauf|axial run-?out|\btir\b"),
    ("cylindricity", r"zylinderform|zylindrizität|cylindricity"),
    ("circularity", r"rundheit|circularity|roundness|wie rund\b|how round (?:must|should|does|is)"),
    ("straightness", r"geradheit|straightness|wie gerade\b|how straight\b"),
    ("symmetry", r"symmetrie|symmetry"),
    ("surface_profile", r"flächenprofil|flächenform|surface profile|profile of a surface"),
    ("line_profile", r"linienprofil|linienform|line profile|profile of a line"),
)
GDT = (
    r"form- und lage|formtoleranz|lagetoleranz|geometri(?:c|cal|sche)\w* toleran|gd&t|\bgps\b|feature control"
    r"|geometrietoleran"
    r"|toleranzrahmen|\bbezug\b|bezogen auf|form tolerance|orientation tolerance|location tolerance|richtungstoleranz"
    rf"|true position|positionstoleran|{_PLACED}"
)
#: A tolerance of form refers to no datum, one of orientation, location or run-out does (ISO 1101).
FORM_TOLERANCE = r"formtoleranz|form tolerance"
RELATED_TOLERANCE = r"lagetoleranz|richtungstoleranz|ortstoleranz|lauftoleranz|(?:orientation|location) tolerance"

#: How thick a material is, is no question about the material.
THICK = r"\bdick|dicke\b|wandstärke|\bstärke\b|(?:blech|material|platten)stärke|thick"
#: What is round has a diameter where it is asked how thick it is.
_ROUND = r"wellen?|stange|bolzen|stift|achse|zapfen|draht|shaft|rod|bolt|pin|axle|journal|wire"
FEATURE_WORDS: tuple[tuple[Feature, str], ...] = (
    ("diameter", r"lochkreis|teilkreis|\bpcd\b|(?:bolt|pitch) circle"),
    (
        "distance",
        r"abstand|abstände|distance|spacing|entfern|mittenabstand|lochabstand|how far|wie weit\b|lochbild|stichmaß"
        r"|hole pattern|bohrbild|teilung\b|centre to centre|center to center|apart\b|auseinander|zueinander",
    ),
    (
        "across_flats",
        r"schlüsselweite|\bsw\b|\bsw\d|across (?:the )?flats|\baf\b|\ba/f\b|spanner|wrench|hex size|welcher schlüssel",
    ),
    # How high a Winkel is asks for a bracket's height.
    (
        "angle",
        r"(?<!hoch ist der )(?<!lang ist der )(?<!breit ist der )(?<!dick ist der )winkel|winklig"
        r"|\bangles?\b|\bangular\b|\bgrad\b|degrees|neigung|schräge\b|\bkonus|\bkonisch|\btaper",
    ),
    (
        "core_hole",
        r"kernloch|kernbohrung|kern-?ø|core\b.*hole|tap(?:ping)? drill|pilot hole|kerndurchmesser|\bvor(?:ge)?bohr"
        r"|drill\b.* for the (?:tap|thread)|bohrer für das gewinde",
    ),
    ("countersink", r"kegelsenk|countersink|countersunk|\bcsk\b|c'?sink|\bsenkkopf"),
    (
        "counterbore",
        r"senkung|zylindersenk|flachsenk|counter-?bor|c'?bore\b|cbore|spot-?face|ansenkung|senkdurchmesser|senktiefe"
        r"|plansenk|gesenkt",
    ),
    (
        "thread",
        r"gewinde|thread|\btapped|\btapping|\btaps?\b|(?<!\bin )\bm\d|\bschraubenbohrung|\bunc\b|\bunf\b|einschraub"
        r"|(?:welche|what|which) (?:schrauben?|screws?|bolts?)\b|schraubengröße|(?:screw|bolt) size",
    ),
    (
        "chamfer",
        r"\bfasen?\b|angefast|anfasung|gefast|chamfer|bevel|fasen(?:breite|winkel|größe)"
        r"|abgeschrägt|abschrägung",
    ),
    (
        "radius",
        r"radius|radien|radii|verrund|rundung\b|rundungen|gerundet|ausrundung|fillet|rounded|\brounds?\b|^rad\W*$",
    ),
    (
        "diameter",
        r"durchmesser|diameter|\bdia\b|ø|⌀|lochkreis|teilkreis|\bpcd\b|bolt circle|pitch circle|\bod\b|\bid\b|lochgröße"
        r"|hole size|drill size|bohrergröße|welche[nr]? bohrer\b|(?:what|which) drill\b"
        rf"|(?:\bdick\w*|thick)(?!.{{0,60}}(?:abflach|fläche|\bflats?\b|\bnut\b|wand|\bwall)).{{0,60}} (?:{_ROUND})",
    ),
    ("thickness", THICK),
    ("height", r"\bhoch\b|höher|higher|taller|höhe|height|\bhigh\b|\btall\b"),
    ("width", r"\bbreit|wider\b|breite\b|width|\bwide\b"),
    ("length", r"\blang\b|longer\b|kürzer\b|shorter\b|\blänge|länge\b|length|\blong\b"),
    (
        "size",
        r"\bmaße?\b|maße?\b|(?<!los)(?<!korn)größe\b|nennmaß|abmessung|bemaßung|bemaßt|dimension|\bsizes?\b"
        r"|bohrung|\bhole|\bbores?\b"
        r"|\bnut\b|groove|\bslots?\b|wie groß|how (?:big|large)|querschnitt|cross[- ]section|\bmm\b|löcher|\bloch\b",
    ),
)
QUANTITY = (
    r"wie ?viele|wieviel(?! grad)|how many(?! degrees)|wie viel stück|\banzahl\b|number of|stückzahl"
    r"|wie oft|\bqty\b|quantity|\bmenge\b|how often"
    r"|\bcount\b|zähle\b"
)
#: How many there are in a part of the whole is on no callout.
PER = (
    r"\b(?:pro|je|per) (?!stück|piece|part|teil|position)\w+|\b(?:each|every|jede[rnsm]?) (?:side|row|end"
    r"|seite|reihe|ende)\b"
)
ATTRIBUTE_WORDS: tuple[tuple[Attribute, str], ...] = (
    (
        "middle",
        r"toleranzmitte|mittenmaß|mitte (?:der|des) toleranz|mittleres? maß|mittelwert|mittelmaß"
        r"|(?:middle|centre|center|mean) of the (?:tolerance|limits)|\bmid[- ]?(?:tolerance|limit|size)"
        r"|mean (?:size|dimension)",
    ),
    (
        "upper_limit",
        r"ober\w* grenzmaß|höchstmaß|größtmaß|upper limit|(?:maximum|largest|greatest) (?:permi|allow|accept)"
        r"|(?:größte[rsn]?|maximale?[rsn]?|höchste[rsn]?) (?:zulässig|erlaubt|gestattet)|maximum material size",
    ),
    (
        "lower_limit",
        r"unter\w* grenzmaß|mindestmaß|kleinstmaß|lower limit|(?:minimum|smallest|least) (?:permi|allow|accept)"
        r"|(?:kleinste[rsn]?|minimale?[rsn]?|geringste[rsn]?) (?:zulässig|erlaubt|gestattet)",
    ),
    (
        "fit",
        r"passung|(?<!screw )(?<!bolt )\bfits?\b|\bsitz\b|\bpassmaß|toleranzklasse|toleranzfeld"
        r"|tolerance (?:class|zone|grade)|class of fit"
        r"|thread class|gewindeklasse",
    ),
    (
        "tolerance",
        r"toler(?:an|ier)|abmaß|deviation|deviate|\bvary\b|how tight|\bgenau(?:igkeit)?\b|accuracy"
        r"|\bgrenzmaße\b|\blimits?\b|\btol\b|abweich|plus.?minus"
        r"|how (?:precise|accurate)",
    ),
    ("pitch", r"steigung|\bpitch\b(?! (?:circle|of the (?:teeth|holes)))(?<!angular pitch)"),
    ("depth", r"\btief\b|tiefe\b|\btiefen\b|\bdeep\b|depth"),
    ("quantity", QUANTITY),
)

#: The outermost size of the thing, but not of a part of it.
OUTERMOST = r"gesamt|insgesamt|overall|\btotal|außen(?!gewinde)|outer|outside|äußer|\bod\b"
LARGEST = (
    r"größ(?:t|er)|largest|larger|biggest"
    r"|bigger|greatest|längst|längere|lange seite|long(?:er|est) |long side|major|\bgroße[nrsm]?\b"
    r"|(?<!how )\b(?:large|big)\b|dickste"
)
SMALLEST = (
    r"\bkleine?[nrsm]?\b|kleinst|kleiner|\bsmall\b|smallest|smaller|kürzest|kürzer|kurze seite"
    r"|short(?:er|est)? (?:side|edge)|shortest|minor|dünnst|thinnest"
)
#: Both limits of a size at once.
BOTH_LIMITS = (
    r"grenzmaße\b|limits of size|\bmin\w*\.? (?:und|and|/) max|\bmax\w*\.? (?:und|and|/) min|mindest- und höchst"
    r"|kleinst- und größt|größt- und kleinst|höchst- und mindest|(?:upper|lower) and (?:upper|lower) limits?"
    r"|zulässige[rn]? bereich|(?:permissible|allowed|acceptable) range|in welchem bereich"
)
#: What a size is compared with is not the size that is asked about.
MORE_THAN = (
    r"\b(?:größer|länger|breiter|höher|dicker|tiefer|schwerer|mehr|über) als\b"
    r"|\b(?:larger|bigger|greater|longer|wider|higher|taller|thicker|deeper|heavier|more) than\b"
)
LESS_THAN = (
    r"\b(?:kleiner|kürzer|schmaler|niedriger|dünner|flacher|leichter|weniger) als\b"
    r"|\b(?:smaller|shorter|narrower|lower|thinner|shallower|lighter|less|fewer) than\b"
)
COMPARISON = rf"{MORE_THAN}|{LESS_THAN}|\b\w+er (?:als|than)\b"
MAX_BOUND = r"maximal|\bmax\b|maximum|höchst(?:ens|zulässig|maß)|at most|höchste"
MIN_BOUND = r"mindest|minimal|\bmin\b|minimum|at least|wenigstens"
HORIZONTAL = r"waage?recht|horizontal|links nach rechts|left to right"
VERTICAL = r"senkrecht|vertikal|vertical|oben nach unten|top to bottom"
#: Kinds of thread by name, with how their designations begin (ISO 261, ISO 2904, ISO 228-1, ISO 7-1, ASME B1.1).
THREAD_KINDS: tuple[tuple[str, str], ...] = (
    (r"trapezgewinde|trapezoidal|\bacme\b", r"Tr|ACME"),
    (r"rohrgewinde|pipe thread|whitworth", r"G|R|NPT"),
    (r"\bunc\b|\bunf\b|zollgewinde|inch thread", r".*UN"),
    (r"metrische\w* gewinde|metric thread", r"M"),
)
#: The diameter of a bore or inside, which is not the outermost.
INNER = r"innen-?\s?(?:durchmesser|ø)|inner (?:diameter|dia)|inside dia|internal diameter|\bid\b|bohrungsdurchmesser"
#: What is cut from sheet is thinner than anything dimensioned on it.
SHEET_METAL = r"blech|sheet ?metal|\bsheet\b|\bgauge\b|zuschnitt|abwicklung"
#: The envelope of the thing, in more than one direction.
ENVELOPE = (
    r"\b(?:lang|breit|hoch|long|wide|high|tall)(?:,| und| and|/) ?(?:lang|breit|hoch|long|wide|high|tall)\b"
    r"|(?:width|length|länge|breite|höhe|height)(?:, |/)(?:width|length|länge|breite|höhe|height)|"
    r"\b(?:l|b|w)\s?[x×*/]\s?(?:b|w|h)(?:\s?[x×*/]\s?[hdt])?\b|größe (?:des|der|vom) (?:teils?|bauteils?"
    r"|platte|werkstücks?)\b"
    r"|wie groß ist (?:es|das)\W*$|how (?:big|large) is (?:it|this)\b|size of the (?:part|plate|component"
    r"|piece)|part size"
    r"|outside dimensions|^(?:abmessungen|dimensions|maße|sizes?|größe|abmaße des teils)\W*$"
    r"|außenmaße|gesamtmaße|hauptmaße|hauptabmessung|hüllmaß|gesamtabmessung|außenabmessung|overall (?:size|dimensions)"
    r"|envelope|outer dimensions|bounding|(?:width|length|länge|breite|höhe|height) (?:and|und|x|by|mal) "
    r"(?:width|length|länge|breite|höhe|height)|wie groß ist (?:das|die|der) (?:teil|bauteil|platte|werkstück|profil)"
    r"|how (?:big|large) is the (?:part|plate|component|workpiece)"
)
REFERENCE = (
    r"hilfsmaß|referenzmaß|reference (?:dimension|size|length|width|height|diameter)"
    r"|in klammern|in (?:brackets|parentheses)|eingeklammert"
    r"|for reference|reference only|nur zur information|zur information"
)
#: Theoretically exact dimensions stand in a frame (ISO 1101).
EXACT = (
    r"theoretisch(?:e[nsr]?)? (?:genau|exakt)|eingerahmt|im rahmen|\bbasic\b|theoretically exact|\bted\b|boxed|framed"
)
EVERY = (
    r"welche (?:radien|fasen|passungen|toleranzen|maße|bohrungen|rauheiten|winkel sind|durchmesser sind)"
    r"|which (?:radii|chamfers|threads|fits|tolerances|dimensions|angles|diameters|holes) "
    r"|\balle\b|\ballen\b|\baller\b|sämtliche|\bliste\b|auflist|aufzähl|\bnenne\b.*\b(?:alle|die)\b"
    r"|\blist\b|\ball\b|\bevery\b|enumerate|show me the|welche \w+(?:en|e|er) gibt es"
    r"|(?:which|what) (?:\w+ ){1,2}are (?:there|on|given|used|called)|kommen\b.* vor\b|which (?:threads|fits|radii)\b"
    r"|form- und lagetoleranzen|geometric(?:al)? tolerances|geometrietoleranzen"
    r"|welche \w+ sind (?:alle )?(?:angegeben|bemaßt|eingetragen|vorhanden)|welche gewinde gibt"
)
NEEDED = (
    r"\bdo (?:we|you|i|they) (?:need|want)\b|brauch(?:t|en) (?:wir|ihr|sie|man)\b|benötigt|gebraucht"
    r"|erforderlich|bestellt|gefertigt|required|needed|ordered|to be made|\bstück\b"
    r"|\bstk\b|pieces"
)
#: The whole thing, by words that are parts of no other thing.
WHOLE = (
    r"(?:block|platten?|wellen|teile?|bauteil|profil|gehäuse|halter|deckel|scheiben?|rohr|zylinder|kolben"
    r"|stangen?|bolzen"
    r"|bau)(?:höhe|länge|breite)\b|"
    r"\bteils?\b|bauteil|werkstück|gesamt|insgesamt|\bpart\b|component|workpiece|\bpiece\b|overall|\btotal"
    r"|\bblocks?\b|platte|\bplate\b|\bwelle\b|\bshaft\b|halter|holder|bracket|gehäuse|housing|\bbuchse|bushing|\bbolzen"
    r"|stange|\brod\b|profil|profile|\bblech|adapter|\bhebel|lever|scheibe|\bdis[ck]\b|\brohr|\btube|kolben|piston"
    r"|panel\b|halterung|\bmount\b|kupplung|coupling|sleeve|hülse|spacer|distanzstück|leiste"
    r"|schiene|\brail\b|düse|nozzle"
    r"|zahnrad|\bgear\b|ritzel|pinion|griff\b|\bhandle\b|\bfinger\b|baugruppe|assembly|\bkasten|\bcase\b|enclosure"
    r"|\bknob\b|(?:hoch|lang|breit|dick) ist der winkel"
    r"|deckel|\bcover\b|rahmen|\bframe|riemenscheibe|pulley|\bring\b|flansch|flange|zylinder|cylinder|\brad\b|\bwheel\b"
)
#: A part of the thing: its size is not the overall one.
PART_OF = (
    r"\bnut\b|\bnuten\b|\bnutbreite|groove|\bslot|keyway|passfeder|bohrung|\bloch|löcher|langloch|\bholes?\b|\bbores?\b"
    r"|absatz|shoulder|\bstufe|\bstep\b|\bsteg|\brib\b|rippe|tasche|pocket|ausschnitt|cut-?out|aussparung|recess"
    r"|\bgewinde\b|\bthread\b|\bfase\b|chamfer|schlüsselfläche|kante\b|\bedge|\bbund\b|collar|einstich|undercut|lasche"
    r"|\btab\b|schulter|\bhals\b|\bneck\b|\bzahn(?!rad)|\btooth\b|teeth|schlitz|\bseite\b|\bside\b|\barc\b|bogen"
    r"|\bkopf\b|\bhead\b|schenkel|abflachung|\bflats?\b|zapfen|\bjournal|\bspigot|\bboss\b|nabe\b|\bhub\b|\bwand\b"
    r"|\bwall\b"
    r"|freistich|hinterschnitt|dichtfläche|sealing|lagersitz|bearing seat|\btrack\b|lauffläche"
)
FOLLOW_UP = (
    r"^(?:und|and|also|sowie|what about|how about|wie (?:ist|sieht) es (?:mit|bei)|was ist mit)\b"
    r"|\b(?:davon|dafür|dazu|dessen|deren|ihre?n?|seine?n?|diese[rsmn]?|hat (?:sie|er|es))\b"
    r"|\b(?:its|it|their|them|that one|this one)\b"
)
HOLES = r"bohrung|\bloch(?!kreis|bild)|löcher|\bdrilled\b|gebohrt|\bholes?\b|\bbores?\b|\bbored\b"


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
        "teil teils gibt nennen mal denn sich vor kommen kommt kann muss soll sollte "
        " als wessen warum welch jede jeder jedes einzelne unten oben links rechts unteren oberen ansicht"
    ),
    "en": _words(
        "what is the a an which how who whose where when does do are on in of for to and or with from by "
        "at it its be has have "
        "please list show give me all this that sheet drawing title block stated given specified printed "
        "shown there any many "
        "much was were apply applies applied used can you tell i not no named called according part "
        "entered mentioned required "
        " than does each per should must some into upper lower left right view"
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
