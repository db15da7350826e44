"""An upload becomes a session: staged, surveyed in a child process, published; or nothing is left of it."""

from __future__ import annotations

import asyncio
import logging

from fastapi import UploadFile

from drawing.folder import original
from drawing.workshop import Workshop
from errors import FileTooLarge, UnreadableFile
from log_line import Said, display_name, short_id
from session_store import Session, SessionStore

log = logging.getLogger("drawing_service")


async def receive(
    upload: UploadFile, store: SessionStore, workshop: Workshop, limit_bytes: int, owner: str = ""
) -> Session:
    """Raises what is wrong with the file, `FileTooLarge`, `StorageUnavailable`, or `StorageFull` before decoding."""
    if upload.size == 0:
        raise UnreadableFile
    if (upload.size or 0) > limit_bytes:
        raise FileTooLarge(limit=limit_bytes)
    staged = await asyncio.to_thread(store.stage, owner, upload.size or 0)
    try:
        await asyncio.to_thread(store.write, original(staged), upload.file)
        drawing = await workshop.survey(staged)
        filename = display_name(upload.filename)
        session = await asyncio.to_thread(store.publish, staged, filename, drawing, owner)
    except BaseException:
        # Also when the client left: what was staged goes, whatever ended the upload.
        await asyncio.shield(asyncio.to_thread(store.discard, staged))
        raise
    log.info("Uploaded %s - Session: %s...", Said(filename), short_id(session.id))
    return session
