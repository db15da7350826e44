"""The domain's exceptions. `problem.py` is their one translation to HTTP.

    ServiceError
    ├── InvalidRequest 422          a form field is missing or has a wrong value
    │   ├── QuestionTooLong         the question does not fit beside the sheet, with the numbers
    │   └── UnreadableFile          damaged, encrypted or beyond the limits of a decoder
    │       ├── PdfEncrypted
    │       ├── FileBeyondLimits    too many pages, pixels, too long and thin
    │       └── DecodeTimeout       the decoder ran out of time or memory
    ├── MalformedRequest 400        no HTTP, or no form
    ├── SessionMismatch 400         the header names another session than the form or the path
    ├── Unauthorized 401            no key, or an unknown one
    ├── ForeignOrigin 403           a web page from elsewhere, while no keys are set
    ├── SessionNotFound 404         unknown, expired, deleted, malformed or of another key: the same answer
    ├── PageNotFound 404
    ├── SessionBusy 409             another chat on the session did not end in time
    ├── FileTooLarge 413
    ├── FormTooLarge 413            the body of a request that carries no file
    ├── UnsupportedType 415
    ├── UnknownHost 421             a name that is not ours, while no keys are set
    ├── TooManyRequests 429         of one key or client address, with Retry-After
    ├── HeadTooLarge 431
    ├── EngineUnavailable 503       loading or dead, with Retry-After
    ├── Overloaded 503              all places are taken and enough wait, with Retry-After
    ├── Draining 503                the service is about to end, with Retry-After
    ├── StorageUnavailable 503      the session store cannot be reached, with Retry-After
    ├── ChatTimeout 504
    ├── ExtractTimeout 504
    └── StorageFull 507             the disk, or a quota

Status and code stand on the class, the messages too: German first, English second, with the error's own numbers put in
by name. The text of any other exception never reaches a client.
"""

from __future__ import annotations

from typing import ClassVar

from language import Language


class ServiceError(Exception):
    """Something that a client is told. `details` fill the message and travel as members of the problem document."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    de: ClassVar[str] = "Im Dienst ist ein Fehler aufgetreten."
    en: ClassVar[str] = "The service ran into an error."
    headers: ClassVar[dict[str, str]] = {}
    retry_after_s: int | None = None

    def __init__(self, **details: str | int | float) -> None:
        super().__init__(f"{self.code} {details}" if details else self.code)
        self.details = details

    def message(self, language: Language) -> str:
        return (self.de if language == "de" else self.en).format_map(self.details)


class InvalidRequest(ServiceError):
    status, code = 422, "invalid_request"
    de = "Das Feld {field} fehlt oder hat keinen gültigen Wert."
    en = "The field {field} is missing or has no valid value."


class QuestionTooLong(InvalidRequest):
    """`tokens` of the question, `limit` tokens that would have fitted."""

    code = "question_too_long"
    de = "Die Frage ist zu lang: {tokens} Token, Platz ist für {limit}. Bitte kürzer fragen."
    en = "The question is too long: {tokens} tokens, there is room for {limit}. Please ask a shorter one."


class UnreadableFile(InvalidRequest):
    code = "unreadable_file"
    de = "Die Datei ist beschädigt oder unvollständig und lässt sich nicht lesen."
    en = "The file is damaged or incomplete and cannot be read."


class PdfEncrypted(UnreadableFile):
    code = "pdf_encrypted"
    de = "Das PDF ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern und neu hochladen."
    en = "The PDF is protected by a password. Please save it without one and upload it again."


class FileBeyondLimits(UnreadableFile):
    """`what` is one of `MEASURES`, `value` was found, `limit` is allowed."""

    code = "file_beyond_limits"
    de = "Die Zeichnung überschreitet eine Grenze: {measure} {value}, Grenze {limit}."
    en = "The drawing is beyond a limit: {measure} {value}, limit {limit}."

    MEASURES: ClassVar[dict[str, tuple[str, str]]] = {
        "pages": ("Seiten", "pages"),
        "pixels": ("Bildpunkte", "pixels"),
        "long_side": ("längere Seite in Bildpunkten", "longer side in pixels"),
        "short_side": ("kürzere Seite in Bildpunkten", "shorter side in pixels"),
        "aspect": ("Seitenverhältnis", "aspect ratio"),
    }

    def message(self, language: Language) -> str:
        german, english = self.MEASURES[str(self.details["what"])]
        measure = german if language == "de" else english
        return (self.de if language == "de" else self.en).format(measure=measure, **self.details)


class DecodeTimeout(UnreadableFile):
    code = "decode_timeout"
    de = "Die Datei braucht zum Einlesen mehr Zeit oder Speicher als erlaubt."
    en = "The file needs more time or memory for decoding than is allowed."


class MalformedRequest(ServiceError):
    status, code = 400, "bad_request"
    de = "Die Anfrage ist nicht lesbar."
    en = "The request cannot be read."


class SessionMismatch(ServiceError):
    status, code = 400, "session_mismatch"
    de = "Die Kopfzeile X-Session-Id nennt eine andere Sitzung als die Anfrage selbst."
    en = "The header X-Session-Id names another session than the request itself."


class Unauthorized(ServiceError):
    status, code = 401, "unauthorized"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}
    de = "Hier wird ein gültiger Schlüssel gebraucht (Authorization: Bearer … oder X-API-Key)."
    en = "A valid key is needed here (Authorization: Bearer … or X-API-Key)."


class ForeignOrigin(ServiceError):
    status, code = 403, "foreign_origin"
    de = "Diese Webseite darf den Dienst nicht benutzen."
    en = "This web page may not use the service."


class SessionNotFound(ServiceError):
    status, code = 404, "session_not_found"
    de = "Diese Sitzung gibt es nicht oder nicht mehr. Bitte die Zeichnung neu hochladen."
    en = "There is no such session, or no longer. Please upload the drawing again."


class PageNotFound(ServiceError):
    """`page` was asked for, the drawing has `pages`."""

    status, code = 404, "page_not_found"
    de = "Seite {page} gibt es nicht, die Zeichnung hat {pages}."
    en = "There is no page {page}, the drawing has {pages}."


class SessionBusy(ServiceError):
    status, code, retry_after_s = 409, "session_busy", 5
    de = "In dieser Sitzung wird noch eine Frage beantwortet. Bitte gleich noch einmal versuchen."
    en = "Another question is still being answered in this session. Please try again in a moment."


class FileTooLarge(ServiceError):
    """`limit` bytes are allowed."""

    status, code = 413, "file_too_large"
    de = "Die Datei ist zu groß, erlaubt sind {limit} Byte."
    en = "The file is too large, {limit} bytes are allowed."


class FormTooLarge(ServiceError):
    """`limit` bytes are allowed."""

    status, code = 413, "form_too_large"
    de = "Die Anfrage ist zu groß, erlaubt sind {limit} Byte."
    en = "The request is too large, {limit} bytes are allowed."


class UnsupportedType(ServiceError):
    status, code = 415, "unsupported_type"
    de = "Dieser Dateityp wird nicht gelesen. Möglich sind PDF, PNG, JPEG, TIFF, WebP, BMP und GIF."
    en = "This type of file is not read. Possible are PDF, PNG, JPEG, TIFF, WebP, BMP and GIF."


class UnknownHost(ServiceError):
    status, code = 421, "unknown_host"
    de = "Unter diesem Rechnernamen ist der Dienst nicht zu erreichen (QWEN_ALLOWED_HOSTS)."
    en = "The service is not reached by this host name (QWEN_ALLOWED_HOSTS)."


class TooManyRequests(ServiceError):
    """`retry_after_s` until the next one is let in."""

    status, code = 429, "too_many_requests"
    de = "Zu viele Anfragen. Bitte in {retry_after_s} s noch einmal versuchen."
    en = "Too many requests. Please try again in {retry_after_s} s."

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class HeadTooLarge(ServiceError):
    """`limit` bytes are allowed."""

    status, code = 431, "head_too_large"
    de = "Adresse und Kopfzeilen der Anfrage sind zu lang, erlaubt sind {limit} Byte."
    en = "The address and headers of the request are too long, {limit} bytes are allowed."


class EngineUnavailable(ServiceError):
    status, code, retry_after_s = 503, "engine_unavailable", 10
    de = "Das Modell ist noch nicht bereit. Bitte später noch einmal versuchen."
    en = "The model is not ready. Please try again later."


class Overloaded(ServiceError):
    status, code, retry_after_s = 503, "overloaded", 5
    de = "Im Augenblick wird zu viel gefragt. Bitte gleich noch einmal versuchen."
    en = "Too much is being asked at the moment. Please try again shortly."


class Draining(ServiceError):
    status, code, retry_after_s = 503, "draining", 10
    de = "Der Dienst wird gerade beendet. Bitte gleich noch einmal versuchen."
    en = "The service is shutting down. Please try again shortly."


class StorageUnavailable(ServiceError):
    status, code, retry_after_s = 503, "storage_unavailable", 10
    de = "Der Speicher für Sitzungen ist gerade nicht erreichbar. Bitte gleich noch einmal versuchen."
    en = "The storage for sessions cannot be reached just now. Please try again in a moment."


class ChatTimeout(ServiceError):
    """`seconds` were allowed."""

    status, code = 504, "chat_timeout"
    de = "Die Antwort hat länger als {seconds} s gebraucht und wurde abgebrochen."
    en = "The answer took longer than {seconds} s and was ended."


class ExtractTimeout(ServiceError):
    """`seconds` were allowed."""

    status, code = 504, "extract_timeout"
    de = "Das Auslesen hat länger als {seconds} s gebraucht und wurde abgebrochen. Bitte einzelne Seiten auslesen."
    en = "The extraction took longer than {seconds} s and was ended. Please extract single pages."


class StorageFull(ServiceError):
    status, code = 507, "storage_full"
    de = "Der Speicher für Sitzungen ist voll. Es wurde nichts gespeichert."
    en = "The storage for sessions is full. Nothing was stored."
