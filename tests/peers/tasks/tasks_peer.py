"""A grpcio client that calls any method as told by JSON lines on standard input.

Argument: a FileDescriptorSet of the services, so that no generated code is needed. The service `old.TaskDaemon` is the
older schema of the task daemon, written down here by field numbers; it is called by the name taskdaemon.TaskDaemon.
"""

import base64
import json
import sys
import threading

import grpc
import msgpack
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

STRING, INT32, MESSAGE = 9, 5, 11
OLD = {
    "TaskRequest": [("task_type", STRING), ("task_data", STRING)],
    "TaskResponse": [("task_id", INT32)],
    "TaskIdRequest": [("task_id", INT32)],
    "TaskInfo": [
        ("id", INT32),
        ("task_type", STRING),
        ("task_data", STRING),
        ("status", STRING),
        ("created_at", STRING),
        ("completed_at", STRING),
        ("attempts", INT32),
        ("last_error", STRING),
        ("result", STRING),
    ],
}


def old_schema():
    file = descriptor_pb2.FileDescriptorProto(name="old.proto", package="old", syntax="proto3")
    for name, fields in OLD.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(fields, 1):
            message.field.add(name=field, number=number, type=kind, label=1)
    service = file.service.add(name="TaskDaemon")
    service.method.add(name="QueueTask", input_type=".old.TaskRequest", output_type=".old.TaskResponse")
    service.method.add(name="GetTask", input_type=".old.TaskIdRequest", output_type=".old.TaskInfo")
    return file


def load(path):
    pool = descriptor_pool.DescriptorPool()
    with open(path, "rb") as file:
        for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
            pool.Add(proto)
    pool.Add(old_schema())
    return pool


POOL = load(sys.argv[1])
FACTORY = message_factory.MessageFactory(POOL)
CHANNELS = {}
STREAMS = {}


def channel(target):
    if target not in CHANNELS:
        options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
        CHANNELS[target] = grpc.insecure_channel(target, options)
    return CHANNELS[target]


def start(command):
    service, name = command["method"].split("/")
    method = POOL.FindServiceByName(service).methods_by_name[name]
    request_type = FACTORY.GetPrototype(method.input_type)
    answer_type = FACTORY.GetPrototype(method.output_type)
    kinds = {
        (False, False): "unary_unary",
        (False, True): "unary_stream",
        (True, False): "stream_unary",
        (True, True): "stream_stream",
    }
    kind = kinds[(method.client_streaming, method.server_streaming)]
    path = f"/{service.replace('old.', 'taskdaemon.')}/{name}"
    stub = getattr(channel(command["target"]), kind)(path, request_type.SerializeToString, answer_type.FromString)
    requests = [json_format.ParseDict(fields, request_type()) for fields in command["requests"]]
    deadline = command.get("deadline_ms")
    arguments = {
        "metadata": list(command.get("metadata", {}).items()),
        "timeout": deadline / 1000 if deadline is not None else None,
    }
    rpc = getattr(stub, "future", stub)(iter(requests) if method.client_streaming else requests[0], **arguments)
    if command.get("cancel_after_ms") is not None:
        threading.Timer(command["cancel_after_ms"] / 1000, rpc.cancel).start()
    return rpc, method.server_streaming


def call(command):
    rpc, streams = start(command)
    replies = []
    try:
        if streams:
            replies.extend(to_dict(reply) for reply in rpc)
        else:
            replies.append(to_dict(rpc.result()))
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass  # The status says what happened.
    return {"replies": replies, **end(rpc)}


def raw(command):
    """Sends the bytes of messages as they stand."""
    messages = [from_base64(message) for message in command["messages"]]
    kind = "stream_unary" if command.get("streams") else "unary_unary"
    stub = getattr(channel(command["target"]), kind)("/" + command["method"])
    compression = grpc.Compression.Gzip if command.get("gzip") else grpc.Compression.NoCompression
    rpc = stub.future(iter(messages) if command.get("streams") else messages[0], compression=compression)
    try:
        rpc.result()
    except grpc.RpcError:
        pass  # The status says what happened.
    return {"replies": [], **end(rpc)}


def open_stream(command):
    rpc, _ = start(command)
    rpc.initial_metadata()  # The server answers at once, so the stream is open.
    STREAMS[command["stream"]] = rpc
    return {}


def read(command):
    rpc = STREAMS[command["stream"]]
    return {"replies": [to_dict(next(rpc)) for _ in range(command["count"])]}


def finish(command):
    return end(STREAMS.pop(command["stream"]))


def cancel(command):
    rpc = STREAMS.pop(command["stream"])
    rpc.cancel()
    return end(rpc)


def end(rpc):
    trailers = {
        # Names that end in -bin carry bytes.
        key: value if isinstance(value, str) else base64.b64encode(value).decode()
        for key, value in rpc.trailing_metadata() or ()
    }
    return {"status": rpc.code().name, "details": rpc.details() or "", "trailers": trailers}


def to_dict(message):
    return json_format.MessageToDict(message, including_default_value_fields=True, preserving_proto_field_name=True)


def pack(command):
    return {"data": to_base64(msgpack.packb(bytes_in(command["value"])))}


def unpack(command):
    return {"value": bytes_out(msgpack.unpackb(from_base64(command["data"])))}


def to_base64(data):
    return base64.b64encode(data).decode()


def from_base64(text):
    return base64.b64decode(text)


def bytes_in(value):
    """JSON with {"$bytes": base64} as values with bytes."""
    if isinstance(value, dict):
        return from_base64(value["$bytes"]) if "$bytes" in value else {k: bytes_in(v) for k, v in value.items()}
    return [bytes_in(item) for item in value] if isinstance(value, list) else value


def bytes_out(value):
    if isinstance(value, bytes):
        return {"$bytes": to_base64(value)}
    if isinstance(value, dict):
        return {k: bytes_out(v) for k, v in value.items()}
    return [bytes_out(item) for item in value] if isinstance(value, list) else value


OPERATIONS = {"call": call, "raw": raw, "open": open_stream, "read": read, "finish": finish, "cancel": cancel, "pack": pack, "unpack": unpack}

if __name__ == "__main__":
    print(json.dumps({"ready": grpc.__version__}), flush=True)
    for line in sys.stdin:
        wanted = json.loads(line)
        print(json.dumps(OPERATIONS[wanted["op"]](wanted)), flush=True)
