// What the page says, in German and English; the language follows the browser until it is chosen.

const WORDS = {
  title: ["Zeichnungsdienst", "Drawing service"],
  language: ["Sprache", "Language"],
  another: ["Andere Zeichnung", "Another drawing"],
  begin: ["Zeichnung öffnen", "Open a drawing"],
  drop: ["PDF, Scan oder Foto hierher ziehen, einfügen oder wählen.", "Drop, paste or choose a PDF, a scan or a photo."],
  choose: ["Datei wählen", "Choose a file"],
  kinds: [
    "PDF und TIFF mit mehreren Seiten, PNG, JPEG, WebP, BMP, GIF. Die Datei bleibt in diesem Dienst.",
    "PDF and TIFF of several pages, PNG, JPEG, WebP, BMP, GIF. The file stays within this service.",
  ],
  uploading: ["{name} wird hochgeladen", "Uploading {name}"],
  reading: ["{name} wird gelesen", "Reading {name}"],
  lettering: ["Die Beschriftung wird gelesen", "Reading the lettering"],
  "one-file": ["Nur die erste Datei wurde genommen: {name}", "Only the first file was taken: {name}"],
  sheet: ["Blatt", "Sheet"],
  "sheet-is": ["{name}, Seite {page} von {pages}", "{name}, page {page} of {pages}"],
  pages: ["Seiten", "Pages"],
  page: ["Seite {page}", "Page {page}"],
  tools: ["Ansicht", "View"],
  keys: [
    "Plus und Minus vergrößern und verkleinern, Pfeile verschieben, 0 zeigt das ganze Blatt, R dreht, Bild auf und ab blättern.",
    "Plus and minus zoom, arrows move, 0 shows the whole sheet, R turns it, Page Up and Page Down turn pages.",
  ],
  closer: ["Größer", "Zoom in"],
  farther: ["Kleiner", "Zoom out"],
  fit: ["Ganzes Blatt", "Whole sheet"],
  turn: ["Ansicht drehen", "Turn the view"],
  region: ["Bereich wählen", "Choose a region"],
  visible: ["Sichtbarer Bereich", "Visible region"],
  boxes: ["Fundstellen", "Places found"],
  "spot-at": ["Gezeigt wird {label}", "Showing {label}"],
  panel: ["Fragen und Daten", "Questions and data"],
  talk: ["Gespräch", "Conversation"],
  data: ["Daten", "Data"],
  examples: ["Beispielfragen", "Example questions"],
  question: ["Frage zur Zeichnung", "Question about the drawing"],
  "about-region": ["Frage zum gewählten Bereich", "Question about the chosen region"],
  "no-region": ["Bereich aufheben", "Clear the region"],
  grounding: ["Das Modell soll Stellen einzeichnen (dauert länger)", "Have the model mark places (takes longer)"],
  send: ["Fragen", "Ask"],
  stop: ["Abbrechen", "Stop"],
  stopped: ["Abgebrochen.", "Stopped."],
  "is-answering": ["Antwort wird geschrieben …", "Writing the answer …"],
  about: ["Seite {page}", "page {page}"],
  "in-region": ["im Bereich", "in the region"],
  verified: ["auf dem Blatt bestätigt", "verified on the sheet"],
  ocr_only: ["nur von der Texterkennung gesehen", "seen by text recognition only"],
  not_found: ["auf dem Blatt nicht gefunden", "not found on the sheet"],
  computed: ["berechnet", "computed"],
  zone: ["Feld {zone}", "zone {zone}"],
  "more-evidence": ["Außerdem:", "Also:"],
  elements: ["Fundstellen: {count}", "Places found: {count}"],
  took: ["{seconds} s", "{seconds} s"],
  tokens: ["{read} Token gelesen, davon {cached} aus dem Speicher; {written} geschrieben", "{read} tokens read, {cached} of them cached; {written} written"],
  embedded: ["Eingebetteter Leser, kein Modell", "Embedded reader, no model"],
  healthy: ["bereit", "ready"],
  loading: ["lädt", "loading"],
  draining: ["wird beendet", "shutting down"],
  dead: ["antwortet nicht", "not answering"],
  offline: ["Der Dienst ist nicht erreichbar", "The service cannot be reached"],
  fetching: ["Modell wird geholt", "fetching the model"],
  rehearsing: ["Modell wird warm", "warming up"],
  since: ["seit {seconds} s", "for {seconds} s"],
  unreachable: ["Der Dienst ist nicht erreichbar. Läuft er noch? Ihre Eingabe ist nicht verloren.", "The service cannot be reached. Is it running? Your input is not lost."],
  "cut-off": ["Die Antwort ist unterwegs abgerissen. Bitte noch einmal fragen.", "The answer broke off. Please ask again."],
  "try-again": ["Bitte in {seconds} s noch einmal.", "Please try again in {seconds} s."],
  close: ["Meldung schließen", "Close this message"],
  expires: ["endet in {time}", "ends in {time}"],
  ended: ["Die Sitzung ist abgelaufen.", "The session has ended."],
  delete: ["Löschen", "Delete"],
  "delete-title": ["Alles zu dieser Zeichnung löschen?", "Delete everything about this drawing?"],
  "delete-what": ["Die Datei, das Gelesene und das Gespräch werden sofort und für immer entfernt.", "The file, what was read of it and the conversation are removed at once and for good."],
  "delete-yes": ["Endgültig löschen", "Delete for good"],
  deleted: ["Gelöscht: {name} mit Gespräch und allem Gelesenen, {bytes}.", "Deleted: {name} with its conversation and all that was read, {bytes}."],
  key: ["Schlüssel", "Key"],
  "key-title": ["Schlüssel eingeben", "Enter your key"],
  "key-why": ["Wer den Dienst betreibt, gibt die Schlüssel aus. Er wird nur in diesem Tab behalten; leer löscht ihn.", "Whoever runs the service hands out the keys. It is kept in this tab only; empty removes it."],
  "impossible-key": ["Ein Schlüssel besteht aus Buchstaben, Ziffern und Zeichen ohne Leerstelle.", "A key consists of letters, digits and signs without a space."],
  "key-use": ["Verwenden", "Use"],
  cancel: ["Schließen", "Close"],
  copy: ["Als Markdown kopieren", "Copy as Markdown"],
  copied: ["Kopiert.", "Copied."],
  "not-copied": ["Der Browser erlaubt hier kein Kopieren; gespeichert wurde es als Datei.", "The browser does not allow copying here; it was saved as a file."],
  extracting: ["Alle Seiten werden gelesen …", "Reading all pages …"],
  extracted: ["Felder: {fields}, Angaben: {callouts}, Tabellen: {tables}.", "Fields: {fields}, callouts: {callouts}, tables: {tables}."],
  incomplete: ["Seite {page} wurde nicht ganz gelesen.", "Page {page} was not read completely."],
  title_block: ["Schriftfeld", "Title block"],
  callouts: ["Maße und Angaben", "Callouts"],
  bom: ["Stückliste", "Bill of materials"],
  revision: ["Änderungen", "Revisions"],
  notes: ["Hinweise", "Notes"],
  other: ["Tabelle", "Table"],
  "col-page": ["Seite", "Page"],
  "col-name": ["Feld", "Field"],
  "col-label": ["Beschriftung", "Label"],
  "col-value": ["Wert", "Value"],
  "col-text": ["Angabe", "Callout"],
  "col-type": ["Art", "Type"],
  "col-nominal": ["Nennmaß", "Nominal"],
  "col-upper": ["Ob. Abmaß", "Upper"],
  "col-lower": ["Unt. Abmaß", "Lower"],
  "col-fit": ["Passung", "Fit"],
  "col-quantity": ["Anzahl", "Quantity"],
  "col-unit": ["Einheit", "Unit"],
  "col-zone": ["Feld im Rahmen", "Zone"],
  "col-status": ["Geprüft", "Checked"],
  linear: ["Längenmaß", "linear"],
  diameter: ["Durchmesser", "diameter"],
  radius: ["Radius", "radius"],
  angle: ["Winkel", "angle"],
  thread: ["Gewinde", "thread"],
  chamfer: ["Fase", "chamfer"],
  roughness: ["Rauheit", "roughness"],
  gdt: ["Form und Lage", "GD&T"],
  note: ["Hinweis", "note"],
  "field-title": ["Benennung", "Title"],
  "field-drawing_number": ["Zeichnungsnummer", "Drawing number"],
  "field-part_number": ["Teilenummer", "Part number"],
  "field-revision": ["Änderungsstand", "Revision"],
  "field-sheet": ["Blatt", "Sheet"],
  "field-scale": ["Maßstab", "Scale"],
  "field-material": ["Werkstoff", "Material"],
  "field-general_tolerance": ["Allgemeintoleranz", "General tolerance"],
  "field-linear_tolerance": ["Toleranz für Längen", "Linear tolerance"],
  "field-angular_tolerance": ["Toleranz für Winkel", "Angular tolerance"],
  "field-mass": ["Gewicht", "Weight"],
  "field-drawn_by": ["gezeichnet von", "Drawn by"],
  "field-checked_by": ["geprüft von", "Checked by"],
  "field-approved_by": ["freigegeben von", "Approved by"],
  "field-drawn_date": ["gezeichnet am", "Drawn date"],
  "field-checked_date": ["geprüft am", "Checked date"],
  "field-approved_date": ["freigegeben am", "Approved date"],
  "field-date": ["Datum", "Date"],
  "field-company": ["Firma", "Company"],
  "field-paper": ["Papierformat", "Paper size"],
  "field-finish": ["Oberfläche", "Finish"],
  "field-treatment": ["Wärmebehandlung", "Treatment"],
  "field-quantity": ["Stückzahl", "Quantity"],
  "field-projection": ["Projektion", "Projection"],
  "field-customer": ["Kunde", "Customer"],
  "field-project": ["Projekt", "Project"],
  "field-department": ["Abteilung", "Department"],
  "field-document_type": ["Dokumentenart", "Document type"],
  "field-status": ["Freigabestand", "Status"],
  "field-unit": ["Einheit", "Unit"],
};

export const EXAMPLES = [
  ["Was ist der Außendurchmesser?", "What is the outer diameter?"],
  ["Liste alle Gewinde.", "List all threads."],
  ["Welche Passungen gibt es?", "Which fits are there?"],
  ["Welcher Werkstoff?", "Which material?"],
  ["Welche Allgemeintoleranz gilt?", "Which general tolerance applies?"],
  ["Wie ist der Maßstab?", "What is the scale?"],
];

const LANGUAGES = ["de", "en"];
const listeners = [];
let index = LANGUAGES.indexOf(chosenLanguage() ?? browserLanguage());

function chosenLanguage() {
  try {
    return LANGUAGES.find((name) => name === localStorage.getItem("drawing-language"));
  } catch {
    return undefined; // some browsers allow no storage
  }
}

function browserLanguage() {
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

export const language = () => LANGUAGES[index];
export const said = (pair) => pair[index];

/** The words for `key`, with `{names}` filled in; what has no words is said as it is. */
export function t(key, values = {}) {
  const words = WORDS[key]?.[index] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export const number = (value, digits = 0, most = digits) =>
  value.toLocaleString(language(), { minimumFractionDigits: digits, maximumFractionDigits: most, useGrouping: "min2" });

export function bytes(count) {
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), 3);
  return `${number(count / 1000 ** power, power ? 1 : 0)} ${["B", "kB", "MB", "GB"][power]}`;
}

/** Time left until `moment` (ISO 8601), in hours or minutes; empty when it has passed. */
export function timeUntil(moment) {
  const minutes = Math.ceil((Date.parse(moment) - Date.now()) / 60_000);
  if (minutes <= 0) return "";
  return minutes > 90 ? `${number(minutes / 60)} h` : `${number(minutes)} min`;
}

export function onLanguage(listener) {
  listeners.push(listener);
  listener();
}

export function chooseLanguage(name) {
  index = Math.max(LANGUAGES.indexOf(name), 0);
  try {
    localStorage.setItem("drawing-language", LANGUAGES[index]);
  } catch {
    // It is forgotten with the page then.
  }
  listeners.forEach((listener) => listener());
}

/** Puts words into everything that asks for some: `data-words`, `data-words-label`, `data-words-placeholder`. */
export function putWords(root = document) {
  document.documentElement.lang = language();
  document.title = t("title");
  for (const node of root.querySelectorAll("[data-words]")) node.textContent = t(node.dataset.words);
  for (const node of root.querySelectorAll("[data-words-label]")) {
    node.setAttribute("aria-label", t(node.dataset.wordsLabel));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.wordsLabel);
  }
  for (const node of root.querySelectorAll("[data-words-placeholder]")) node.placeholder = t(node.dataset.wordsPlaceholder);
}
