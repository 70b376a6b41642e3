"""files.*: upload in three steps: ask for an address, post the bytes there, complete and share."""

from typing import Any

from adapters.playground.slack.call import Call
from adapters.playground.slack.errors import SlackError
from adapters.playground.slack.identity import new_id
from adapters.playground.slack.methods.chat import say
from adapters.playground.slack.model import StoredFile
from adapters.playground.slack.shapes import file_json

FILE_BYTES = 1024**3


def get_upload_url(call: Call) -> dict[str, Any]:
    length = call.args.number("length", 0)
    if length <= 0:
        raise SlackError("missing_argument")
    if length > FILE_BYTES:
        raise SlackError("file_upload_size_restricted")
    file = StoredFile(
        new_id("F"), call.args.text("filename"), length, call.bot, alt_text=call.args.optional("alt_txt")
    )
    call.workspace.files[file.id] = file
    return {"upload_url": f"{call.base_url}/upload/{call.workspace.id}/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> dict[str, Any]:
    listed = call.args.structure("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise SlackError("invalid_arguments")
    files = []
    for entry in listed:
        file = call.workspace.files.get(str(entry.get("id"))) if isinstance(entry, dict) else None
        if file is None or file.data is None:
            raise SlackError("file_not_found")
        file.title = str(entry.get("title") or file.name)
        file.shared = True
        files.append(file)
    if call.args.optional("channel_id"):
        channel = call.own_channel("channel_id")
        text = call.args.optional("initial_comment") or ""
        thread_ts = call.args.optional("thread_ts")
        if thread_ts is not None and thread_ts not in channel.messages:
            raise SlackError("thread_not_found")
        say(call, channel, text, thread_ts=thread_ts, file_ids=tuple(file.id for file in files))
    return {"files": [file_json(file) for file in files]}


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
}
