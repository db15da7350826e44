"""Assembles the service: settings in, application out. `python main.py` serves it."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

import uvicorn
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI
from pydantic import ValidationError
from sse_starlette.sse import AppStatus
from starlette.middleware.cors import CORSMiddleware

import logs
from admission import Admission
from draining import DrainingServer
from drawing.workshop import Workshop
from embedded_reader import EmbeddedReader
from gates import affinity, documentation, problem, web_page
from gates.access_log import AccessLog
from gates.body_limit import BodyLimit
from gates.guarded_headers import GuardedHeaders
from gates.http_protocol import protocol_of
from gates.lingering import Lingering
from gates.origin import OriginGuard, is_loopback
from gpu import Gpu, choose_engine, gpus
from keys import Keys, KeysFileWrong
from metrics import Metrics
from qwen_vision_service import QwenVisionService
from rates import rates_of
from routes import router
from service import SERVICE_NAME, VERSION, Service
from session_store import SessionStore
from sessions.neighbours import meet, present
from sessions.quota import Quota
from sessions.root_trial import RootUnfit, try_out
from sessions.uptime import Uptime
from settings import Settings, listed, variable
from vision import VisionEngine

log = logging.getLogger("drawing_service")


class State(TypedDict):
    service: Service


def create_app(settings: Settings, engine: VisionEngine | None = None) -> FastAPI:
    """An application on `settings`; an `engine` given here is used instead of the one that they choose."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        service = assemble(settings, engine)
        service.keys.load()
        service.store.prepare()
        await service.workshop.prepare()
        service.begin(service.purge_for_ever())
        service.begin(service.keep_engine())
        try:
            async with present(settings.session_dir):
                yield {"service": service}
        finally:
            await service.close()

    app = FastAPI(title=SERVICE_NAME, version=VERSION, lifespan=lifespan, openapi_url=None)
    app.include_router(router)
    app.include_router(documentation.router)
    app.include_router(web_page.router)
    add_gates(app, settings)
    problem.install(app)
    return app


def add_gates(app: FastAPI, settings: Settings) -> None:
    """What a request passes before a route, innermost first."""
    origins = listed(settings.cors_origins)
    app.add_middleware(BodyLimit, file_bytes=settings.max_upload_bytes, form_bytes=settings.max_form_bytes)
    if settings.api_keys_file is None:
        app.add_middleware(OriginGuard, hosts=listed(settings.allowed_hosts), origins=origins)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "X-API-Key", "X-Request-ID", affinity.HEADER],
            expose_headers=["X-Request-ID", "Retry-After", "Content-Disposition", affinity.HEADER],
        )
    app.add_middleware(Lingering)
    app.add_middleware(GuardedHeaders)
    app.add_middleware(AccessLog)
    app.add_middleware(CorrelationIdMiddleware, validator=is_request_id)


def assemble(settings: Settings, engine: VisionEngine | None = None) -> Service:
    cards, metrics = gpus(), Metrics()
    engine = engine or chosen_engine(settings, cards)
    of_vllm = settings.max_num_seqs * settings.data_parallel_size
    places = of_vllm if engine.name == "vllm" else settings.reader_questions
    return Service(
        settings=settings,
        store=SessionStore(settings.session_dir, settings.session_ttl_s, uptime=Uptime.now, quota=Quota.of(settings)),
        workshop=Workshop(settings),
        engine=engine,
        gpu_available=bool(cards),
        admission=Admission(places, settings.max_waiting, settings.place_wait_s, metrics),
        metrics=metrics,
        keys=Keys(settings.api_keys_file),
        rates=rates_of(settings),
    )


def chosen_engine(settings: Settings, cards: tuple[Gpu, ...]) -> VisionEngine:
    choice = choose_engine(settings.engine, cards, importlib.util.find_spec("vllm") is not None)
    log.info("Engine: %s, because %s", choice.kind, choice.reason)
    return QwenVisionService(settings) if choice.kind == "vllm" else EmbeddedReader()


def is_request_id(value: str) -> bool:
    return 0 < len(value) <= 128 and all(c.isascii() and (c.isalnum() or c in "._-") for c in value)


def serve() -> None:
    settings = load_settings()
    check_the_door(settings)
    logs.install(settings)
    check_the_root(settings)
    sys.exit(run(create_app(settings), settings))


def run(app: FastAPI, settings: Settings) -> int:
    """Serves until it is told to end, or its engine is lost; the exit status."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=protocol_of(settings),
        ws="none",
        # uvloop forks for child processes, which then hang, and the service with them, while a thread imports vLLM.
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    # Its own way of leaving cuts streams that are in flight.
    AppStatus.enable_automatic_graceful_drain = False
    server = DrainingServer(config, settings)
    server.run()
    return server.exit_status


def check_the_door(settings: Settings) -> None:
    """Ends the program where its keys cannot be used, or where it would let the network in without any."""
    try:
        Keys(settings.api_keys_file).load()
    except KeysFileWrong as error:
        sys.exit(f"Wrong setting: QWEN_API_KEYS_FILE: {error}")
    if settings.api_keys_file is None and not settings.allow_unauthenticated and not is_loopback(settings.host):
        sys.exit(
            f"QWEN_HOST={settings.host} lets the network in without a key. Set QWEN_API_KEYS_FILE (README, Keys), "
            "or say QWEN_ALLOW_UNAUTHENTICATED=true"
        )


def check_the_root(settings: Settings) -> None:
    """Ends the program where its sessions would not be safe: locks that do not exclude, names that are not changed."""
    root = settings.session_dir
    try:
        SessionStore(root, settings.session_ttl_s).prepare()
        try_out(root)
        meet(root)
    except RootUnfit as error:
        sys.exit(f"Wrong setting: QWEN_SESSION_DIR={root}: {error}")
    except OSError as error:
        sys.exit(f"Wrong setting: QWEN_SESSION_DIR={root}: {error.strerror}" if error.strerror else str(error))


def load_settings() -> Settings:
    """The environment's settings; a wrong one ends the program with the variable's name, a misspelt one too."""
    known = {variable(name) for name in Settings.model_fields} | {"QWEN_MODEL_PATH"}
    unknown = sorted(name for name in os.environ if name.startswith("QWEN_") and name not in known)
    if unknown:
        sys.exit(f"Unknown setting: {', '.join(unknown)}")
    try:
        return Settings()
    except ValidationError as error:
        wrong = (f"{variable(str(e['loc'][0]))}={e['input']!r}: {e['msg']}" for e in error.errors())
        sys.exit("Wrong setting: " + "; ".join(wrong))


if __name__ == "__main__":
    serve()
