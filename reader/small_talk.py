"""What people say to a reader of drawings that is no question about one, and languages that it does not speak."""

from __future__ import annotations

import re
from typing import Literal

from reader.vocabulary import CHAT, LANGUAGE_WORDS, search

SmallTalk = Literal["greeting", "thanks", "goodbye", "self", "abilities", "chat"]
#: The first that matches wins; what is left of `CHAT` is a conversation about something else.
_KINDS: tuple[tuple[SmallTalk, str], ...] = (
    (
        "self",
        r"\b(?:wer|was) (?:bist|sind) (?:du|sie)\b|who are you|what are you\b|chatgpt|\bgpt\b|\bqwen\b"
        r"|welches modell (?:bist|steckt|nutzt|läuft)"
        r"|(?:what|which) model (?:are|do|is (?:this|behind|running))\b"
        r"|bist du (?:ein|eine) |are you (?:an? )?(?:ai|human|robot|bot|person|real"
        r"|chat)|dein name|wie alt bist du|how old are you|who made you|wer hat dich"
        r"|your name|wie heißt du",
    ),
    (
        "abilities",
        r"was kannst du|what can you|hilfe\b|^\W*help\b|wie funktioniert (?:das|du)|how does (?:this"
        r"|it) work|was darf ich"
        r"|was kann ich (?:dich )?fragen|what can i ask|wobei kannst|how can you help|welche sprachen|which languages",
    ),
    ("goodbye", r"^(?:tschüss?|auf wiedersehen|servus dann|bis (?:bald|dann)|bye|good ?bye|see you|ciao)\b"),
    (
        "thanks",
        r"\b(?:danke\w*|vielen dank|besten dank|merci|thanks?|thank you|thx|cheers)\b|^(?:super|perfekt"
        r"|prima|toll|great|perfect"
        r"|ok(?:ay)?|alles klar|passt|got it|nice|cool|verstanden)\W*$",
    ),
    (
        "greeting",
        r"^(?:hallo|hi|hey|guten (?:tag|morgen|abend)|grüß \w+|grüezi|moin|servus|hello|good (?:morning"
        r"|afternoon|evening))\b"
        r"|wie geht|how are you|how is it going|na du\b",
    ),
)
_FOREIGN = (
    "quel quelle quels quelles est les une pour combien où avec pièce matériau épaisseur diamètre trou trous filetage"
    " bonjour merci dessin qual quale quali è il lo gli della dello delle di che quanto quanti foro fori spessore"
    " materiale disegno buongiorno per con cuál cual qué los las del cuánto cuántos cuántas agujero agujeros espesor"
    " plano hola gracias wat welke hoeveel gat gaten tekening jaki jaka jakie ile jest materiał otwór rysunek"
    " le la el du au un et dans sur sont peux es en y de longueur largeur hauteur lunghezza larghezza altezza longitud"
)
#: Those of them that German and English texts hold as well.
_SHARED = "es en un la le de y per et con"


def small_talk(plain: str) -> SmallTalk | None:
    """The kind of small talk that a question in lower case is, if it is any."""
    kind = next((kind for kind, words in _KINDS if search(words, plain)), None)
    return kind or ("chat" if search(CHAT, plain) else None)


def is_foreign(text: str) -> bool:
    """Whether a text is in a language that is neither German nor English, by its small words."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    known = sum(any(word in table for table in LANGUAGE_WORDS.values()) for word in words)
    foreign = [word for word in words if word in _FOREIGN.split()]
    return len(foreign) > max(1, known) and any(word not in _SHARED.split() for word in foreign)
