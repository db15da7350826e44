"""What questions call the fields of a title block (ISO 7200), German and English, as patterns on lower-case text."""

from __future__ import annotations

from drawing.labels import FieldName
from language import Language

#: The first that matches wins: names of several words before the words that they are made of.
FIELD_WORDS: tuple[tuple[FieldName, str], ...] = (
    (
        "drawing_number",
        r"(?:zeichnungs|zeichn|dokument(?:en)?|sach|ident)-?\s?(?:nummer|nr)"
        r"|(?:drawing|drg|dwg|document)\.?[- ]?(?:number|no\b|nr|id\b|#)|\bz\.?-?\s?nr\b",
    ),
    ("drawing_number", r"\bdwg\b|\bdrg\b|(?:nummer|nr\.?) (?:der|dieser) zeichnung|number of (?:the|this) drawing"),
    (
        "part_number",
        r"(?:teile|artikel|material|bestell)-?\s?(?:nummer|nr)|part[- ]?(?:number|no\b)|item number|article number",
    ),
    ("scale", r"maßstab|massstab|masstab|\bscaled?\b|skaliert|verhältnis .*gezeichnet"),
    (
        "paper",
        r"(?<!\w)a[0-5]\b(?=.*\b(?:sheet|paper|blatt|format|zeichnung|drawing))"
        r"|\b(?:sheet|paper|blatt|zeichnung|drawing)\b.*(?<![\w-])a[0-5]\b|(?:papier|blatt"
        r"|zeichnungs)-?\s?(?:format|größe)|(?:paper|sheet|drawing|page) (?:size|format)|\bformat\b"
        r"|din[- ]?format|size of (?:the )?(?:paper|sheet)|welches papier|welche[mrs]? blattgröße"
        r"|\ba\d (?:oder|or) a\d\b",
    ),
    (
        "sheet",
        r"blattnummer|blattzahl|blattanzahl|(?:wie ?viele|anzahl(?: der)?) (?:blätter|seiten)|sheet (?:number|no)"
        r"|how many (?:sheets|pages)\b(?! are (?:to be|needed|required))|which sheet|welches blatt"
        r"|number of sheets|sheet count|^(?:welches )?blatt\W*$",
    ),
    (
        "finish",
        r"oberflächenbeschaffenheit|allgemeine oberfläche|(?:general )?surface finish|\bfinish\b|welche oberfläche\b",
    ),
    (
        "material",
        r"werkstoff|material(?:s|angabe|bezeichnung)?\b|woraus|rohstoff|legierung|\balloy\b|made (?:of|from|out)"
        r"|halbzeug|rohling|rohteil|rohmaterial|raw material|\bstock\b|stahlsorte|steel grade|materialgüte|\baus was\b"
        r"|besteht .*\baus\b"
        r"|welche[mnrs]? (?:stahl|kunststoff|aluminium|metall|edelstahl|alu)\b"
        r"|was für (?:ein(?:en|em)? )?(?:stahl|kunststoff|aluminium|metall|zeug)\b|consists? of"
        r"|(?:which|what)(?: kind of| type of| grade of)? (?:steel|metal|plastic|stainless|alumini?um|polymer|brass)\b",
    ),
    (
        "mass",
        r"(?:wie ?viele?|how many) (?:kg|kilo|gramm?s?\b|g\b|pounds|lbs?\b)|\bwaage\b|gewicht|\bmasse\b|wiegt"
        r"|\bwiegen\b|schwer\b|\bweigh|\bmass\b|\bheavy\b",
    ),
    ("checked_by", r"geprüft|prüfer\b|kontrolliert|\bchecked|\bchecker|reviewed|reviewer|verified by"),
    ("approved_by", r"freigegeben|genehmigt|\bfreigabe\b|approved|approver|approval|released|signed off"),
    (
        "drawn_by",
        r"wer hat\b.*(?:gezeichnet|erstellt|konstruiert|entworfen|gemacht)|wer hat's|(?<!h)ersteller|zeichners?\b"
        r"|konstrukteur|verfasser|\bautor\b|(?:gezeichnet|erstellt|konstruiert|bearbeitet) (?:von|durch)|bearbeiter",
    ),
    (
        "drawn_by",
        r"who (?:drew|has drawn|drawn|created|made|designed)|(?:drawn|created|designed|made) by|\bauthor\b|designer"
        r"|draughtsman|draftsman|draughtsperson|who is the (?:engineer|draughts|drafts)|whose name"
        r"|who is (?:named|mentioned)|wer (?:steht|ist genannt)|wessen name|von wem\b"
        r"|(?<!checked )(?<!approved )by whom|welcher name\b(?! .*teil)",
    ),
    (
        "revision",
        r"revision|änderungs(?:stand|index|nummer)|\brev\b|zeichnungs(?:index|stand)|\bversion\b|\bausgabestand"
        r"|letzte änderung|\bindex\b|\bissue\b|(?:welche[rmn]?|aktuelle[rn]?|letzte[rn]?) stand\b",
    ),
    (
        "company",
        r"\bfirma\b|unternehmen|organisation|organization|\bcompany\b|hersteller|manufacturer|eigentümer|legal owner"
        r"|who owns|wem gehört|whose drawing|logo\b",
    ),
    ("customer", r"\bkunden?\b|customer|client|auftraggeber"),
    ("projection", r"projektion|projection|\b(?:first|third)[- ]angle"),
    ("project", r"projekt|\bproject\b|auftrags?nummer|order number"),
    ("status", r"\b(?:dokumenten?|freigabe|zeichnungs)?status\b"),
    ("department", r"abteilung|department|\bgruppe\b|\bgroup\b"),
    (
        "unit",
        r"(?:maß)?einheit|\bunits?\b|millimetres or|in (?:mm|inches|zoll) (?:or|oder)|mm or inch"
        r"|(?:sind|are) .*\bin (?:mm|millimet|inch|zoll)|metric (?:or|units|system)|imperial|\bmm oder (?:zoll|inch)"
        r"|^in (?:mm|millimetern)\W*$",
    ),
    (
        "title",
        r"\btitel|benennung|bezeichnung|\btitle\b|(?<!was )heißt (?:das|die|der)|was (?:für ein"
        r"|ist das für ein) (?:bau)?teil"
        r"|name (?:des|der|of the|of this) (?:teil|bauteil|part|drawing|zeichnung|component)",
    ),
    (
        "title",
        r"teile?name|bauteilname|zeichnungs(?:name|titel)|drawing name|part name|what is (?:the part|it"
        r"|this part) called|(?:was|welches (?:bau)?teil) "
        r"(?:zeigt|stellt|ist (?:hier )?(?:dar|ge)|wird)|what (?:does the drawing show|part is|is (?:being )?shown)"
        r"|which (?:part|component) is (?:shown|this|drawn)"
        r"|^(?:und )?was ist das(?: hier)?(?: eigentlich)?\W*$|^name\W*$"
        r"|^what is (?:this|that|it)\W*$|what am i looking at|what does (?:the|this) (?:drawing|sheet) show"
        r"|(?:what|how) is (?:this|the) (?:part|thing|component) called|worum (?:handelt|geht)|name of the thing",
    ),
)
#: `Datum` is a date in German and a datum in English.
DATE_WORDS: dict[Language, str] = {
    "de": r"datum\b|datiert|\bwann\b|welche[mnrs]? tag|wie alt\b|how old\b|\bvon (?:19|20)\d\d\b",
    "en": r"\bdated?\b|\bwhen\b|how old\b|\bfrom (?:19|20)\d\d\b",
}
DATE_ROLES: tuple[tuple[FieldName, FieldName], ...] = (
    ("drawn_by", "drawn_date"),
    ("checked_by", "checked_date"),
    ("approved_by", "approved_date"),
)
#: Words for a role that only tell a date or an action beside others: *Wann gezeichnet?*
DRAWN = r"gezeichnet|erstellt|konstruiert|\bdrawn\b|\bdrew\b|created|designed"
