"""The model's own wish to see a part of the sheet closer: the tool it is offered, and how its call is read.

In the words of Qwen's own zoom tool (Qwen3-VL cookbook, think_with_images) and in the form in which its chat template
offers tools, because that is what it was trained on.
"""

from __future__ import annotations

import json
from typing import Any

from drawing.grounding import read_box
from drawing.sheet import Box, Sheet

CALL, CALL_END = "<tool_call>", "</tool_call>"
#: A call is some 60 tokens; what goes on for longer is none.
MOST_CALL_CHARS = 600

_TOOL = {
    "type": "function",
    "function": {
        "name": "image_zoom_in_tool",
        "description": "Zoom in on a specific region of the sheet, where lettering is too small to be read.",
        "parameters": {
            "type": "object",
            "properties": {
                "bbox_2d": {
                    "type": "array",
                    "items": {"type": "number"},
                    "minItems": 4,
                    "maxItems": 4,
                    "description": "The region as [x1, y1, x2, y2] in thousandths (0-1000) of the whole sheet.",
                },
                "label": {"type": "string", "description": "What is looked for in the region."},
            },
            "required": ["bbox_2d"],
        },
    },
}

#: What follows the rules in the system message.
TOOLS = f"""

# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{json.dumps(_TOOL)}
</tools>

For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""


class CallWatch:
    """Keeps a call out of the text that people are shown, however it comes in pieces."""

    def __init__(self) -> None:
        self._held = ""

    def take(self, text: str) -> str:
        """What of the answer so far can be shown and has not been."""
        self._held += text
        begins = self._held.find(CALL)
        if begins < 0:
            begins = len(self._held) - _beginning(self._held)
        shown, self._held = self._held[:begins], self._held[begins:]
        return shown

    @property
    def call(self) -> str | None:
        """The call once it is complete, or too long to become one."""
        complete = self._held.startswith(CALL) and (CALL_END in self._held or len(self._held) > MOST_CALL_CHARS)
        return self._held if complete else None

    def rest(self) -> str:
        """What was held back and is no call after all, at the end of an answer."""
        return "" if self._held.startswith(CALL) else self._held


def wished_region(call: str, sheet: Sheet) -> Box | None:
    """The region (sheet pixels) that a call names; `None` where it names none."""
    try:
        asked: Any = json.loads(call.removeprefix(CALL).partition(CALL_END)[0], strict=False)
        return read_box(asked["arguments"]["bbox_2d"], sheet.width, sheet.height)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _beginning(text: str) -> int:
    """How many characters at the end of `text` may be the beginning of a call."""
    return next((size for size in range(min(len(CALL) - 1, len(text)), 0, -1) if CALL.startswith(text[-size:])), 0)
