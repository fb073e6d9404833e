"""The machine, Python, the installed packages, the settings and the folders."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from edge_assistant.config import load_settings
from edge_assistant.doctor.finding import BROKEN, NOTE, OK, WARNING, Finding
from edge_assistant.errors import ConfigError
from edge_assistant.paths import APPLICATION, Paths

LEAST_MEMORY_GIB = 2.0
"""The packaged models and the assistant need about 1 GiB; below this the machine swaps."""

LEAST_DISK_MIB = 200.0

EXTRAS = ("models", "train", "mlx", "unsloth", "cluster", "dev")


def check_machine() -> Finding:
    """Processor and memory."""
    total = psutil.virtual_memory().total / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    details = {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "cores": cores,
        "memory_gib": round(total, 1),
        "amx": _has_amx(),
    }
    summary = f"{platform.system()} {platform.machine()}, {cores} cores, {total:.1f} GiB of memory"
    if total < LEAST_MEMORY_GIB:
        return Finding("machine", WARNING, summary, f"{LEAST_MEMORY_GIB:g} GiB or more are advised", details)
    return Finding("machine", OK, summary, details=details)


def _has_amx() -> bool:
    """Whether the processor has matrix tiles, on which some builds of llama.cpp crash; False where that is unknown."""
    try:
        return " amx_tile" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def check_python() -> Finding:
    """The interpreter."""
    version = platform.python_version()
    details = {"version": version, "executable": sys.executable}
    return Finding("python", OK, f"{version} at {sys.executable}", details=details)


def check_packages() -> Finding:
    """Every base requirement is installed in a version that fits; which extras are complete."""
    versions: dict[str, str] = {}
    problems: list[str] = []
    missing: dict[str, list[str]] = {}
    for requirement in map(Requirement, metadata.requires(APPLICATION) or ()):
        extra = next((name for name in EXTRAS if _belongs(requirement, name)), "")
        try:
            found = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            missing.setdefault(extra, []).append(requirement.name)
            continue
        versions[requirement.name] = found
        if not requirement.specifier.contains(found, prereleases=True):
            problems.append(f"{requirement.name} {found} does not fit {requirement.specifier}")
    problems += [f"{name} is missing" for name in missing.pop("", [])]
    details = {"versions": versions, "missing_extras": missing, "problems": problems}
    if problems:
        return Finding("packages", BROKEN, "; ".join(problems), "install the project again: make setup", details)
    summary = f"{APPLICATION} {metadata.version(APPLICATION)} with all that it needs"
    if missing:
        summary += f"; extras not installed: {', '.join(sorted(missing))}"
    return Finding("packages", OK, summary, details=details)


def _belongs(requirement: Requirement, extra: str) -> bool:
    """Whether a requirement comes with an extra rather than always."""
    marker = requirement.marker
    return marker is not None and marker.evaluate({"extra": extra}) and not marker.evaluate({"extra": ""})


def check_settings() -> Finding:
    """The settings file and the environment are understood."""
    path = Paths.from_environment().config
    details = {"file": str(path), "exists": path.exists()}
    try:
        load_settings()
    except ConfigError as error:
        return Finding("settings", BROKEN, str(error), "correct the setting that is named", details)
    return Finding("settings", OK, str(path) if path.exists() else "defaults, no settings file yet", details=details)


def check_home() -> Finding:
    """The folder of what must not be lost can be written."""
    return _check_folder("home", Paths.from_environment().home)


def check_cache() -> Finding:
    """The folder of what can be made again can be written."""
    return _check_folder("cache", Paths.from_environment().cache)


def _check_folder(name: str, folder: Path) -> Finding:
    """Writable, or can be made, on a disk with some space left. Makes nothing."""
    nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        free = shutil.disk_usage(nearest).free / 2**20
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20
    except OSError as error:
        return Finding(name, BROKEN, f"{folder}: {error.strerror or error}", "check the folder and its permissions")
    details = {"path": str(folder), "exists": folder.exists(), "size_mib": round(size, 1), "free_mib": round(free)}
    if not nearest.is_dir():
        return Finding(name, BROKEN, f"{folder}: {nearest} is a file", "move it or choose another folder", details)
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Finding(name, BROKEN, f"{folder}: {nearest} cannot be written", "change its permissions", details)
    if free < LEAST_DISK_MIB:
        return Finding(name, WARNING, f"{folder}: {free:.0f} MiB left on the disk", "free some space", details)
    if not folder.exists():
        return Finding(name, NOTE, f"{folder} will be made when it is needed", details=details)
    return Finding(name, OK, f"{folder}, {size:.1f} MiB used, {free / 1024:.0f} GiB free", details=details)
