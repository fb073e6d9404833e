"""Getting a model from a hub: continued where it stopped, checked by hash, placed when whole.

The only part of the program that leaves the machine, and only when it is told to. Which hub that is, huggingface_hub
decides (`HF_ENDPOINT`).
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
from pathlib import Path

from edge_assistant.errors import EdgeAssistantError, LockedError, ModelError
from edge_assistant.llm.catalogue.entries import Entry
from edge_assistant.llm.catalogue.shelf import Stored, find, place
from edge_assistant.llm.model_kinds import refuse_part
from edge_assistant.llm.serving import check_template
from edge_assistant.storage.private_folders import make_private

_SHA256 = re.compile(r"[0-9a-f]{64}")


class HubError(EdgeAssistantError):
    """The hub could not be reached, or does not have the file."""

    exit_code = 9


def pull(entry: Entry, folder: Path, *, revision: str = "main") -> Stored:
    """Get a model into the folder; one that is there already is left alone.

    Raises:
        HubError: no connection, or no such file; what has arrived stays for the next try.
        LockedError: another process is getting the same file.
        ModelError: the bytes are not those that the hub states, or no language model, or the disk is too small.
    """
    name = Path(entry.file).name
    refuse_part(name, entry.file)
    if (folder / name).exists():
        return find(folder, Path(name).stem)
    import huggingface_hub
    from huggingface_hub import errors

    try:
        # no credentials: what is in the catalogue is open to everybody
        url = huggingface_hub.hf_hub_url(entry.repo, entry.file, revision=revision)
        facts = huggingface_hub.get_hf_file_metadata(url, token=False)
        expected = (facts.etag or "").strip('"').lower()
        if not _SHA256.fullmatch(expected):
            raise ModelError(f"model {entry.name}: the hub states no SHA-256 for {entry.file}; choose another source")
        make_private(folder)
        # named by the hash: a part never goes on with the bytes of another version
        part = folder / f".{expected}.part"
        _fetch(facts.location, part, facts.size, entry)
    except errors.OfflineModeIsEnabled as error:
        raise HubError("pull: offline mode is on (HF_HUB_OFFLINE); switch it off to pull a model") from error
    except (errors.HfHubHTTPError, errors.LocalEntryNotFoundError, errors.HFValidationError) as error:
        raise HubError(f"pull {entry.repo}/{entry.file}: {_first_line(error)}; check the name or try later") from error
    except Exception as error:  # the client library of the connection has errors of its own, of several kinds
        if isinstance(error, EdgeAssistantError):
            raise
        raise HubError(
            f"pull {entry.repo}/{entry.file}: {_first_line(error)}; check the connection, then repeat to go on"
        ) from error
    return _checked(part, folder, entry, expected)


def _fetch(location: str, part: Path, size: int | None, entry: Entry) -> None:
    """Append to `part` what is missing of a file. One process at a time."""
    # huggingface_hub's own downloads begin anew in every process; this function of it continues
    from huggingface_hub.file_download import http_get

    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LockedError(f"pull {entry.name}: another process is pulling it; wait until it has ended") from error
        there = file.tell()
        if size is not None and there > size:
            file.truncate(0)
            there = 0
        if size is not None and size - there > shutil.disk_usage(part.parent).free:
            free = shutil.disk_usage(part.parent).free
            raise ModelError(
                f"model {entry.name}: {(size - there) / 1e9:.1f} GB are missing, {part.parent} has {free / 1e9:.1f} GB "
                "left; free some space"
            )
        http_get(location, file, resume_size=there, expected_size=size, displayed_filename=Path(entry.file).name)


def _checked(part: Path, folder: Path, entry: Entry, expected: str) -> Stored:
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != expected:
        part.unlink()
        raise ModelError(
            f"model {entry.name}: the bytes that came have the hash {digest}, the hub states {expected}; "
            "they were deleted, pull again"
        )
    try:
        check_template(part)
    except ModelError as error:
        part.unlink()
        told = str(error).replace(str(part), entry.file)
        raise ModelError(f"{told}; what was pulled is deleted") from error
    return place(
        part, folder, Path(entry.file).name, source=f"{entry.repo}/{entry.file}", licence=entry.licence, sha256=digest
    )


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__).rstrip(".")
