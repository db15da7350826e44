"""From a page's picture and text layer to words; runs in child processes."""

import os

# Since 1.29 ONNX Runtime reports to its maker what it runs, and keeps an identifier of the machine on disk, unless this
# is set before it is loaded (microsoft/onnxruntime#27379).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
