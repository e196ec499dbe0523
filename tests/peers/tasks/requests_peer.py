"""Python requests, as its users call the task and image API in JSON and MessagePack.

Usage: requests_peer.py URL PICTURE

Prints one JSON object at its end, and ends with an AssertionError where an answer is not as the documentation says.
"""
import datetime
import functools
import json
import sys
import time

import msgpack
import requests

URL, PICTURE = sys.argv[1].rstrip("/"), sys.argv[2]
FORMATS = {
    "application/json": (lambda value: json.dumps(value).encode(), json.loads),
    "application/msgpack": (functools.partial(msgpack.packb, datetime=True), functools.partial(msgpack.unpackb, timestamp=3)),
}


class Api:
    def __init__(self, kind):
        self.kind = kind
        self.write, self.read = FORMATS[kind]
        self.session = requests.Session()
        self.session.headers["Accept"] = kind

    def call(self, method, path, value=None, status=200, **headers):
        body = None if value is None else self.write(value)
        if body is not None:
            headers["Content-Type"] = self.kind
        answer = self.session.request(method, URL + path, data=body, headers=headers)
        assert answer.status_code == status, (answer.status_code, answer.content)
        expected = "application/problem+json" if status >= 400 and self.kind == "application/json" else self.kind
        assert answer.headers["Content-Type"] == expected, answer.headers
        return self.read(answer.content)

    def wait(self, task_id):
        for _ in range(1200):
            task = self.call("GET", f"/api/tasks/{task_id}")
            if task["status"] in ("completed", "failed"):
                return task
            time.sleep(0.05)
        raise AssertionError(f"The task stayed: {task}")


def tasks(api, data):
    """Queues, gets, lists, redrives and deletes; data come back as they were."""
    key = {"Idempotency-Key": f"requests-{time.time_ns()}"}
    ids = api.call("POST", "/queue", {"type": "echo", "data": data}, **key)
    assert api.call("POST", "/queue", {"type": "echo", "data": data}, **key) == ids
    task = api.wait(ids["task_id"])
    assert (task["status"], task["task_data"], task["result"]) == ("completed", data, data), task
    assert ids["task_id"] in [t["id"] for t in api.call("GET", "/api/tasks?limit=1000")]

    failed = api.call("POST", "/queue", {"type": "no_such_handler"})["task_id"]
    assert "no_such_handler" in api.wait(failed)["last_error"]
    assert api.call("POST", f"/api/tasks/{failed}/redrive") == {"message": "Task redriven"}
    assert api.wait(failed)["status"] == "failed"
    assert api.call("DELETE", f"/api/tasks/{failed}") == {"message": "Task deleted"}
    assert api.call("GET", f"/api/tasks/{failed}", status=404)["detail"] == "Task not found"
    assert api.call("POST", "/queue", {"data": 1}, status=400)["detail"] == "Missing task type"
    assert api.call("GET", "/api/metrics")["daemon_healthy"] is True
    assert api.call("GET", "/health")["status"] == "healthy"


def image(api):
    """Sends a picture as a form, follows its job and downloads a part of the result."""
    with open(PICTURE, "rb") as file:
        answer = api.session.post(
            URL + "/protect",
            data={"artist_name": "Ada", "artwork_title": "By requests", "tags": "sea, night"},
            files={"image": ("picture.jpg", file, "image/jpeg")},
        )
    assert answer.status_code in (200, 202), (answer.status_code, answer.content)
    job = api.read(answer.content)["job_id"]
    with api.session.get(f"{URL}/jobs/{job}/events", headers={"Accept": "text/event-stream"}, stream=True) as events:
        types = [line[7:] for line in events.iter_lines(decode_unicode=True) if line.startswith("event: ")]
    assert types[-1] == "completed", types
    result = api.call("GET", f"/jobs/{job}/result")
    assert result["tags"] == ["sea", "night"], result
    whole = api.session.get(f"{URL}/jobs/{job}/download/protected")
    part = api.session.get(f"{URL}/jobs/{job}/download/protected", headers={"Range": "bytes=100-"})
    assert (whole.status_code, part.status_code, part.content) == (200, 206, whole.content[100:])
    return len(whole.content)


def main():
    values = {"text": "Zoë", "number": 2**53, "falsy": [0, "", [], {}, False, None], "deep": {"list": [1, 2.5]}}
    by_json, packed = Api("application/json"), Api("application/msgpack")
    tasks(by_json, values)
    tasks(packed, {**values, "raw": bytes(range(256)), "large": 2**64 - 1, "when": datetime.datetime(2020, 1, 1, 12, 30, 0, 5, datetime.timezone.utc)})
    print(json.dumps({"json": image(by_json), "msgpack": image(packed)}))


main()
