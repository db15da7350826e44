"""The service in two tiers on Ray Serve; `deploy/ray_serve.yaml` deploys it.

    Api     the application of `main.create_app`, its routes and gates unchanged; any number of replicas, no GPU
    Engine  one engine in the process of each replica, chosen as a single process chooses it; a GPU each

A caller names its session in a form, which no proxy reads. Hence two tiers: the first one reads the form, and asks by a
handle that sends all that concerns a session to the same engine replica (consistent hashing), so that its sheet is in
that one's caches. Only names of sheets travel between them; pictures are drawn where the engine is, from sessions on a
root that all replicas share. Warm caches are all that this affinity gives: any replica can answer for any session.

Ray is imported here and in `replicas/remote_engine.py`, never by the service. What counts for one process (questions
let in, a key's requests a minute and at once, sizes of the store) counts for each replica of the first tier.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any, Literal, cast

import ray
from pydantic import BaseModel, ConfigDict, Field
from ray import serve
from ray.serve.config import RequestRouterConfig
from ray.serve.context import _get_global_client

import logs
from deploy.replicas.answered_by import AnsweredBy
from deploy.replicas.engine_tier import EngineTier
from deploy.replicas.lifespan_state import LifespanState
from deploy.replicas.one_request_id import OneRequestId
from deploy.replicas.remote_engine import RemoteEngine
from errors import EngineUnavailable
from gpu import gpus
from main import check_the_door, check_the_root, chosen_engine, create_app, load_settings
from qwen.checkpoint import shown_name
from qwen.parallel import Parallel
from service import Service
from settings import Settings
from vision import VisionEngine

Kind = Literal["vllm", "embedded"]
MakeEngine = Callable[[Settings], VisionEngine]

ROUTER = RequestRouterConfig(
    request_router_class="ray.serve.experimental.consistent_hash_router.ConsistentHashRouter",
    # Of a replica that is full, the next on the ring takes the question; its caches are cold, but nobody waits.
    request_router_kwargs={"num_virtual_nodes": 100, "num_fallback_replicas": 1},
)
#: Requests to one replica of the first tier, most of them waiting; its own admission is what refuses.
API_REQUESTS = 512


class Tiers(BaseModel):
    """The `args` of the configuration file. Who changes them has every replica started anew."""

    model_config = ConfigDict(extra="forbid")

    places: int | None = Field(
        None,
        ge=1,
        description="questions that one Api replica lets in at once; empty: as many as one engine replica answers.",
    )


def app(args: dict[str, Any]) -> Any:
    """What `import_path` names: the application on the environment's settings, with `args` as `Tiers` knows them."""
    return tiers(checked_settings(), Tiers.model_validate(args))


def tiers(settings: Settings, args: Tiers, make_engine: MakeEngine | None = None) -> Any:
    """The application; `make_engine` is called in each engine replica, and stands for the one that settings choose."""
    kind = kind_of(settings)
    settings = settings.model_copy(update={"engine": kind})
    places = settings.max_num_seqs if kind == "vllm" else settings.reader_questions
    engine = serve.deployment(
        Engine,
        name="Engine",
        ray_actor_options={"num_cpus": 1, "num_gpus": gpus_of(settings)},
        # Twice, for sheets are made ready beside the questions.
        max_ongoing_requests=2 * places,
        max_queued_requests=settings.max_waiting,
        request_router_config=ROUTER,
    )
    api = serve.deployment(serve.ingress()(Api), name="Api", max_ongoing_requests=API_REQUESTS)
    let_in = settings.model_copy(update=dict.fromkeys(("max_num_seqs", "reader_questions"), args.places or places))
    return api.bind(let_in, kind, engine.bind(settings, make_engine or engine_of))


class Engine(EngineTier):
    """A replica of the second tier; ready once its engine is."""

    async def __init__(self, settings: Settings, make_engine: MakeEngine) -> None:  # type: ignore[misc]  # Ray awaits it
        logs.install(settings)
        super().__init__(settings, make_engine(settings), serve.get_replica_context().replica_id.unique_id)
        await self.start()

    async def __del__(self) -> None:
        """Awaited by Ray when the replica was told to end and has finished its work."""
        await self.close()


class Api:
    """A replica of the first tier: the application, in front of `engines`, a handle of the second."""

    def __init__(self, settings: Settings, kind: Kind, engines: Any) -> None:
        logs.install(settings)
        model = "embedded-reader" if kind == "embedded" else shown_name(settings.model_path) or "Qwen3-VL"
        engine = RemoteEngine(engines, kind, model)
        self._app = LifespanState(OneRequestId(AnsweredBy(create_app(settings, engine))), engine.first_look)

    def __serve_build_asgi_app__(self) -> LifespanState:
        return self._app

    async def check_health(self) -> None:
        """Raises where a process of its own would have ended: the engine is lost for good, as far as it can tell."""
        service = cast(Service, self._app.state["service"])
        if service.life.gave_up:
            raise EngineUnavailable


def engine_of(settings: Settings) -> VisionEngine:
    return chosen_engine(settings, gpus())


def kind_of(settings: Settings) -> Kind:
    """As `gpu.choose_engine`, only that the cards are those of the cluster: this is decided where there may be none."""
    if settings.engine != "auto":
        return settings.engine
    return "vllm" if cluster_gpus() and importlib.util.find_spec("vllm") is not None else "embedded"


def gpus_of(settings: Settings) -> int:
    """GPUs of one engine replica. Those of one actor are on one machine."""
    return Parallel.of(settings).gpus if settings.engine == "vllm" and cluster_gpus() else 0


def cluster_gpus() -> int:
    return int(ray.cluster_resources().get("GPU", 0))


def checked_settings() -> Settings:
    """The environment's settings with the host that Ray serves on. `ValueError` for what would end `main.py`."""
    try:
        settings = load_settings().model_copy(update={"host": _get_global_client().http_config.host})
        check_the_door(settings)
        check_the_root(settings)
    except SystemExit as refused:  # which would end Ray's process without a word
        raise ValueError(str(refused)) from None
    if settings.distributed_executor_backend == "ray":
        raise ValueError("QWEN_DISTRIBUTED_EXECUTOR_BACKEND=ray: the GPUs of an engine replica are on one machine")
    return settings
