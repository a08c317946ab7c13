"""
Logs are one JSON object a line on standard error.

Method: a child process logs through the real configuration; every line it writes is parsed.
"""

import json
import subprocess
import sys

CHILD = """
import logging, structlog
from tocsin.ops.log import log_to_stderr
log_to_stderr()
structlog.get_logger().error("task_failed", task="feed", again_in_s=0.1)
structlog.get_logger().debug("too_fine")
logging.getLogger("uvicorn.error").warning("Unsupported upgrade request.")
"""


def test_every_line_is_one_json_object_that_names_its_event():
    said = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)

    lines = [json.loads(line) for line in said.stderr.splitlines()]

    assert said.stdout == ""
    assert [line["event"] for line in lines] == ["task_failed", "Unsupported upgrade request."]
    assert lines[0]["task"] == "feed"
    assert lines[0]["timestamp"].endswith("Z")
