from __future__ import annotations

import csv
import io
import json
import logging
import re
import time
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from main import create_app
from tests import sheets
from tests.factories import settings
from tests.small_engine import SmallEngine
from vision import Progress

OLD_ANSWER = {
    "text", "markdown", "detected_elements", "image_width", "image_height", "processing_time",
    "drawing_title", "drawing_number", "revision", "scale", "dimensions", "part_numbers", "tables", "annotations",
}  # fmt: skip
ADDED_ANSWER = {"session_id", "page", "model", "engine", "finish_reason", "evidence", "usage", "timings"}


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left_to_read(client: httpx2.Client) -> Iterator[None]:
    """What was uploaded last is still being read in the end, by child processes that others would take for theirs."""
    yield
    workshop = client.app_state["service"].workshop  # type: ignore[attr-defined]
    while workshop._readings:
        time.sleep(0.05)


def ask(client: httpx2.Client, session_id: str, question: str, **more: str) -> httpx2.Response:
    return client.post("/api/chat", data={"session_id": session_id, "question": question, **more})


def test_root_says_what_runs(client: httpx2.Client) -> None:
    about = client.get("/").json()
    assert about.keys() == {"status", "service", "version", "model", "model_ready", "engine"}
    assert (about["status"], about["engine"], about["model_ready"]) == ("running", "embedded", True)


def test_health_is_200_when_a_question_would_be_answered(client: httpx2.Client) -> None:
    answer = client.get("/health")
    state = answer.json()
    assert (answer.status_code, state["status"], state["model_loaded"]) == (200, "healthy", True)
    assert state.keys() == {"status", "model_loaded", "gpu_available", "model", "engine", "sessions"}


def test_how_far_a_loading_engine_is_can_be_seen(tmp_path: Path) -> None:
    class Loading(SmallEngine):
        async def start(self) -> None:
            self.progress = Progress("fetching", 12.5, 0.25)

    with TestClient(create_app(settings(tmp_path, spare_processes=0), Loading())) as client:
        answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "loading")
    assert answer.json()["progress"] == {"stage": "fetching", "seconds": 12.5, "share": 0.25}


def test_a_sheet_is_read_after_its_upload_before_anybody_asks(
    client: httpx2.Client, session_id: str, root: Path
) -> None:
    until = time.monotonic() + 30
    while not (read := list(root.rglob(f"{session_id}/words-0001.json"))) and time.monotonic() < until:
        time.sleep(0.05)
    assert read


@pytest.mark.parametrize("path", ["/", "/health"])
def test_load_balancers_may_ask_by_head(client: httpx2.Client, path: str) -> None:
    answer = client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")


def test_upload_answers_what_old_callers_and_new_ones_read(client: httpx2.Client, sheet_pdf: bytes) -> None:
    answer = client.post("/api/upload", files={"file": ("flansch.pdf", sheet_pdf, "application/pdf")}).json()
    assert (answer["filename"], answer["status"]) == ("flansch.pdf", "ready")
    assert str(uuid.UUID(answer["session_id"])) == answer["session_id"]
    assert answer["pages"] == [
        {
            "page": 1,
            "width": 2339,
            "height": 1654,
            "paper": "A4",
            "dpi": 200.0,
            "text_source": "text_layer",
            "turned": 0,
            "straightened": False,
            "read": False,
        }
    ]
    assert answer["expires_at"].endswith("Z")


def test_the_name_of_a_file_decides_nothing(client: httpx2.Client, sheet_pdf: bytes) -> None:
    answer = client.post("/api/upload", files={"file": ("../../bild.png", sheet_pdf, "image/png")}).json()
    assert (answer["filename"], answer["pages"][0]["text_source"]) == ("bild.png", "text_layer")


def test_chat_answers_with_the_value_as_printed_and_its_place(client: httpx2.Client, session_id: str) -> None:
    answer = ask(client, session_id, "Welcher Werkstoff ist angegeben?").json()
    assert answer.keys() == OLD_ANSWER | ADDED_ANSWER
    assert "EN AW-6082" in answer["text"]
    (box,) = [e["bbox"] for e in answer["evidence"]][:1]
    assert 0.6 * 2339 < (box["x1"] + box["x2"]) / 2 < 0.9 * 2339
    assert 0.76 * 1654 < (box["y1"] + box["y2"]) / 2 < 0.82 * 1654
    assert (answer["image_width"], answer["image_height"]) == (2339, 1654)


def test_chat_says_when_something_is_not_on_the_sheet(client: httpx2.Client, session_id: str) -> None:
    answer = ask(client, session_id, "Welches Gewicht hat das Teil?").json()
    assert "nicht" in answer["text"] or "kein" in answer["text"]
    assert answer["evidence"] == answer["detected_elements"] == []


def test_chat_answers_in_the_language_of_the_question(client: httpx2.Client, session_id: str) -> None:
    assert "EN AW-6082" in ask(client, session_id, "Which material is specified?").json()["text"]
    assert " is " in ask(client, session_id, "What does the part weigh?").json()["text"]


def test_old_callers_send_three_fields(client: httpx2.Client, session_id: str) -> None:
    form = {"session_id": session_id, "question": "Liste alle Gewinde", "use_grounding": "true"}
    answer = client.post("/api/chat", data=form).json()
    assert "M8x1.25-6H" in answer["text"]
    assert answer["detected_elements"][0].keys() >= {"label", "element_type", "bbox", "confidence"}


def test_history_is_kept_in_order(client: httpx2.Client, session_id: str) -> None:
    questions = ["Welcher Werkstoff?", "Welcher Maßstab?"]
    answers = [ask(client, session_id, question).json()["markdown"] for question in questions]
    turns = client.get(f"/api/session/{session_id}").json()["history"]
    assert [(turn["question"], turn["answer"]) for turn in turns] == list(zip(questions, answers, strict=True))


def test_history_keeps_where_the_values_stand(client: httpx2.Client, session_id: str) -> None:
    answer = ask(client, session_id, "Was ist der Außendurchmesser?").json()
    (turn,) = client.get(f"/api/session/{session_id}").json()["history"]
    assert turn["evidence"] == answer["evidence"]
    assert turn["evidence"][0]["status"] == "verified"


def test_history_keeps_what_was_pointed_at(client: httpx2.Client, session_id: str) -> None:
    whole = ask(client, session_id, "Was ist der Außendurchmesser?").json()
    part = ask(client, session_id, "Welche Maße stehen hier?", region="900,400,-5,250").json()
    turns = client.get(f"/api/session/{session_id}").json()["history"]
    assert [turn["region"] for turn in turns] == [None, {"x1": 0, "y1": 250, "x2": 900, "y2": 400}]
    assert [turn["detected_elements"] for turn in turns] == [whole["detected_elements"], part["detected_elements"]]
    assert whole["detected_elements"]


def test_session_tells_its_pages_and_its_end(client: httpx2.Client, session_id: str) -> None:
    info = client.get(f"/api/session/{session_id}").json()
    assert info.keys() == {"session_id", "filename", "created_at", "expires_at", "pages", "history"}


def test_session_tells_which_pages_are_read(client: httpx2.Client) -> None:
    upload = client.post("/api/upload", files={"file": ("zwei.pdf", sheets.pdf(pages=2))}).json()
    ask(client, upload["session_id"], "Welcher Werkstoff?")
    info = client.get(f"/api/session/{upload['session_id']}").json()
    assert [page["read"] for page in info["pages"]] == [True, False]


def test_a_page_that_is_not_there_is_named(client: httpx2.Client, session_id: str) -> None:
    problem = ask(client, session_id, "Welcher Werkstoff?", page="2").json()
    assert (problem["code"], problem["page"], problem["pages"]) == ("page_not_found", 2, 1)


def test_questions_go_to_the_page_that_is_asked_about(client: httpx2.Client) -> None:
    upload = client.post("/api/upload", files={"file": ("a.pdf", sheets.pdf(pages=2))}).json()
    form = {"session_id": upload["session_id"], "question": "Welcher Werkstoff ist angegeben?", "page": "2"}
    answer = client.post("/api/chat", data=form).json()
    assert answer["page"] == 2
    assert "6082" not in answer["text"]


@pytest.mark.parametrize("region", ["1,2,3", "a,b,c,d", "nan,0,1,1", "-10,-10,-5,-5", "0,0,0,0", "inf,1,2,3"])
def test_a_region_off_the_sheet_is_refused(client: httpx2.Client, session_id: str, region: str) -> None:
    problem = ask(client, session_id, "Was steht da?", region=region).json()
    assert (problem["code"], problem["detail"].count("region")) == ("invalid_request", 1)


def picture(client: httpx2.Client, session_id: str, **query: str) -> Image.Image:
    answer = client.get(f"/api/session/{session_id}/pages/1", params=query)
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def test_a_page_is_shown_at_the_size_asked_for(client: httpx2.Client, session_id: str) -> None:
    assert picture(client, session_id, max_px="500").size == (500, 353)


def test_a_region_is_shown_sharper_than_the_sheet(client: httpx2.Client, session_id: str) -> None:
    assert picture(client, session_id, region="0,0,200,100", max_px="1000").size == (1000, 500)


def test_a_page_is_shown_at_its_own_size_by_default(client: httpx2.Client, session_id: str) -> None:
    assert picture(client, session_id).size == (2339, 1654)


def test_delete_removes_everything_and_says_how_much(client: httpx2.Client, session_id: str, root: Path) -> None:
    answer = client.delete(f"/api/session/{session_id}").json()
    assert (answer["status"], answer["session_id"]) == ("deleted", session_id)
    assert answer["deleted_bytes"] > 1000
    assert not (root / session_id).exists()
    assert ask(client, session_id, "Welcher Werkstoff?").status_code == 404
    assert client.delete(f"/api/session/{session_id}").status_code == 404


def test_a_refused_file_leaves_nothing_behind(client: httpx2.Client, root: Path) -> None:
    client.post("/api/upload", files={"file": ("a.pdf", b"%PDF-1.7 rubble")})
    assert list((root / ".incoming").iterdir()) == []


def events(text: str) -> list[tuple[str, dict[str, object]]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\r\n\r\n")]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


@pytest.mark.parametrize("how", [{"data": {"stream": "true"}}, {"headers": {"accept": "text/event-stream"}}])
def test_a_stream_ends_with_the_whole_answer(
    client: httpx2.Client, session_id: str, how: dict[str, dict[str, str]]
) -> None:
    form = {"session_id": session_id, "question": "Welcher Werkstoff ist angegeben?", **how.get("data", {})}
    answer = client.post("/api/chat", data=form, headers=how.get("headers", {}))
    assert answer.headers["content-type"].startswith("text/event-stream")
    *deltas, (last, whole) = events(answer.text)
    assert {name for name, _ in deltas} == {"delta"}
    assert last == "answer"
    assert "".join(str(delta["text"]) for _, delta in deltas) == whole["markdown"]


def test_what_is_refused_before_the_first_byte_is_no_stream(client: httpx2.Client) -> None:
    form = {"session_id": str(uuid.uuid4()), "question": "?", "stream": "true"}
    assert client.post("/api/chat", data=form).status_code == 404


def extracted(client: httpx2.Client, session_id: str, language: str = "", **form: str) -> httpx2.Response:
    headers = {"accept-language": language} if language else {}
    return client.post("/api/extract", data={"session_id": session_id, **form}, headers=headers)


def test_extract_answers_every_kind_of_every_page(client: httpx2.Client, session_id: str) -> None:
    answer = extracted(client, session_id).json()
    assert answer.keys() == {"session_id", "engine", "model", "pages", "title_block", "callouts", "tables"}
    assert (answer["session_id"], answer["engine"], answer["model"]) == (session_id, "embedded", "embedded-reader")
    assert [page["page"] for page in answer["pages"]] == [1]


def test_extract_answers_callouts_as_printed_with_their_places(client: httpx2.Client, session_id: str) -> None:
    callouts = {callout["text"]: callout for callout in extracted(client, session_id).json()["callouts"]}
    found = callouts["Ø70,50 ±0,05"]
    assert (found["type"], found["nominal"], found["upper"], found["lower"]) == ("diameter", 70.5, 0.05, -0.05)
    assert (found["unit"], found["quantity"], found["status"]) == ("mm", 1, "verified")
    assert 0.2 * 2339 <= found["bbox"]["x1"] < found["bbox"]["x2"] < 0.3 * 2339


def test_extracted_numbers_have_no_noise(client: httpx2.Client, session_id: str) -> None:
    text = extracted(client, session_id, what="callouts").text
    assert '"nominal":33.4,' in text
    assert not re.search(r"\d\.\d{5}", text)


def test_extract_answers_the_fields_of_the_title_block(client: httpx2.Client, session_id: str) -> None:
    fields = {field["name"]: field for field in extracted(client, session_id).json()["title_block"]["fields"]}
    found = fields["drawing_number"]
    assert found.keys() == {"name", "label", "value", "page", "bbox", "zone", "source", "status"}
    assert (found["label"], found["value"], found["source"]) == ("Zeichnungsnummer", "FL-4711", "text_layer")


def test_extract_answers_tables_as_lists_of_strings(client: httpx2.Client) -> None:
    rows = (("Pos.", "Menge", "Benennung"), ("1", "2", "Flansch"), ("2", "4", "Schraube"))
    cells = tuple((0.1 + 0.15 * c, 0.5 + 0.03 * r, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    upload = client.post("/api/upload", files={"file": ("a.pdf", sheets.pdf(lettering=cells))}).json()
    (table,) = extracted(client, upload["session_id"], what="tables").json()["tables"]
    assert (table["page"], table["table_type"], table["source"]) == (1, "bom", "text_layer")
    assert [table["headers"], *table["rows"]] == [list(row) for row in rows]


def test_what_was_not_asked_for_is_absent_and_what_was_not_found_is_empty(
    client: httpx2.Client, session_id: str
) -> None:
    answer = extracted(client, session_id, what="tables").json()
    assert answer.keys() == {"session_id", "engine", "model", "pages", "tables"}
    assert answer["tables"] == []


def test_extract_refuses_a_page_that_is_not_there(client: httpx2.Client, session_id: str) -> None:
    problem = extracted(client, session_id, page="2").json()
    assert (problem["code"], problem["page"], problem["pages"]) == ("page_not_found", 2, 1)


@pytest.mark.parametrize(("field", "value"), [("what", "dimensions"), ("format", "pdf"), ("page", "0")])
def test_extract_names_the_field_that_is_wrong(client: httpx2.Client, session_id: str, field: str, value: str) -> None:
    problem = extracted(client, session_id, **{field: value}).json()
    assert (problem["code"], problem["field"]) == ("invalid_request", field)


@pytest.mark.parametrize(
    ("language", "delimiter", "number"), [("", ",", "70.50"), ("en", ",", "70.50"), ("de-DE,en;q=0.5", ";", "70,50")]
)
def test_extract_writes_csv_as_the_clients_spreadsheet_reads_it(
    client: httpx2.Client, session_id: str, language: str, delimiter: str, number: str
) -> None:
    answer = extracted(client, session_id, language, what="callouts", format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    assert number in [line["nominal"] for line in lines]


def test_extract_packs_several_csv_files_into_an_archive(client: httpx2.Client, session_id: str) -> None:
    answer = extracted(client, session_id, format="csv")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["title_block.csv", "callouts.csv", "tables.csv"]


def test_extract_offers_a_workbook_under_the_drawings_name(client: httpx2.Client, session_id: str) -> None:
    answer = extracted(client, session_id, format="xlsx")
    assert answer.headers["content-disposition"].startswith('attachment; filename="flansch.xlsx"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "Schriftfeld" in archive.read("xl/workbook.xml").decode()


def test_the_log_tells_upload_question_and_answer(
    client: httpx2.Client, sheet_pdf: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "drawing_service"):
        upload = client.post("/api/upload", files={"file": ("drawing.pdf", sheet_pdf)}).json()
        ask(client, upload["session_id"], "Welcher\nWerkstoff?\x1b[31m")
    short = upload["session_id"][:8]
    assert f"Uploaded drawing.pdf - Session: {short}..." in caplog.messages
    assert f"Chat query for session {short}: Welcher Werkstoff? [31m" in caplog.messages
    (done,) = [message for message in caplog.messages if message.startswith("✓ Chat response in ")]
    assert done.endswith("elements")


def test_openapi_shows_examples_of_every_route(client: httpx2.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["paths"].keys() == {
        "/", "/health", "/health/live", "/metrics", "/api/upload", "/api/chat", "/api/extract",
        "/api/session/{session_id}", "/api/session/{session_id}/pages/{page}",
    }  # fmt: skip
    assert client.get("/docs").status_code == 200
    assert document["components"]["schemas"]["ChatAnswer"]["examples"]


def test_metrics_count_answers_and_their_evidence(client: httpx2.Client, session_id: str) -> None:
    ask(client, session_id, "Was ist der Außendurchmesser?")
    figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain")
    assert 'drawing_service_questions_total{outcome="stop"}' in figures.text
    assert 'drawing_service_evidence_total{status="verified"}' in figures.text
    assert "drawing_service_time_to_first_token_seconds_bucket" in figures.text


def test_metrics_count_errors_by_their_code(client: httpx2.Client, session_id: str) -> None:
    ask(client, session_id, "?", region="9e8,9e8,9e8,9e8")
    assert 'drawing_service_questions_total{outcome="invalid_request"}' in client.get("/metrics").text


@pytest.mark.parametrize("form", [{"top_p": "0"}, {"top_p": "1.1"}, {"seed": "-1"}, {"temperature": "2.1"}])
def test_sampling_out_of_bounds_is_refused(client: httpx2.Client, session_id: str, form: dict[str, str]) -> None:
    answer = ask(client, session_id, "Was ist das?", **form)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
