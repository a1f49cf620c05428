"""qualtool: code what people said, and set it beside what the numbers say."""

import os

__version__ = "0.1.0"

# onnxruntime tells its maker about the machine unless this is set before it is loaded, which is why it
# stands here, before any room of ours. Calling disable_telemetry_events() is too late for its first event.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
