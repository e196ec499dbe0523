"""A grpcio peer: serves interop.proto (`serve`) or calls it as told by JSON lines on standard input (`call`).

The messages come from the file descriptor that the test writes (argument 2), so no generated code is needed.
"""

import base64
import collections
import concurrent.futures
import contextlib
import hashlib
import json
import sys
import threading
import time

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE = "artorizer.interop.Interop"
UNLIMITED = [
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
]


def load_messages(path):
    pool = descriptor_pool.DescriptorPool()
    with open(path, "rb") as file:
        pool.Add(descriptor_pb2.FileDescriptorProto.FromString(file.read()))
    factory = message_factory.MessageFactory(pool)
    return {
        name: factory.GetPrototype(pool.FindMessageTypeByName("artorizer.interop." + name))
        for name in ("Request", "Reply", "Summary")
    }


MESSAGES = load_messages(sys.argv[2])


class Service(grpc.GenericRpcHandler):
    def __init__(self):
        self.cancelled = collections.Counter()

    def service(self, details):
        prefix, _, name = details.method.rpartition("/")
        if prefix != "/" + SERVICE:
            return None
        request = MESSAGES["Request"].FromString
        reply = MESSAGES["Reply"].SerializeToString
        summary = MESSAGES["Summary"].SerializeToString
        return {
            "Unary": lambda: grpc.unary_unary_rpc_method_handler(self.unary, request, reply),
            "ServerStream": lambda: grpc.unary_stream_rpc_method_handler(self.server_stream, request, reply),
            "ClientStream": lambda: grpc.stream_unary_rpc_method_handler(self.client_stream, request, summary),
            "Duplex": lambda: grpc.stream_stream_rpc_method_handler(self.duplex, request, reply),
            "CountCancelled": lambda: grpc.unary_unary_rpc_method_handler(self.count_cancelled, request, summary),
        }.get(name, lambda: None)()

    def unary(self, request, context):
        with self.count_cancellation(request, context):
            self.echo_metadata(request, context)
            self.delay(request, context)
            self.fail_if_asked(request, context)
            return self.reply_to(request, 0)

    def server_stream(self, request, context):
        with self.count_cancellation(request, context):
            self.echo_metadata(request, context)
            for index in range(request.count):
                self.delay(request, context)
                yield self.reply_to(request, index)
            self.fail_if_asked(request, context)

    def client_stream(self, requests, context):
        messages = size = 0
        for request in requests:
            if messages == 0:
                self.echo_metadata(request, context)
            with self.count_cancellation(request, context):
                self.delay(request, context)
                self.fail_if_asked(request, context)
            messages += 1
            size += len(request.payload)
        return MESSAGES["Summary"](messages=messages, bytes=size)

    def duplex(self, requests, context):
        for index, request in enumerate(requests):
            if index == 0:
                self.echo_metadata(request, context)
            with self.count_cancellation(request, context):
                self.delay(request, context)
                self.fail_if_asked(request, context)
                yield self.reply_to(request, index)

    def count_cancelled(self, request, context):
        return MESSAGES["Summary"](messages=self.cancelled[request.name])

    @staticmethod
    def echo_metadata(request, context):
        if request.compress:
            context.set_compression(grpc.Compression.Gzip)
        echoed = [(key, value) for key, value in context.invocation_metadata() if key.startswith("x-")]
        context.send_initial_metadata(echoed)
        context.set_trailing_metadata([("x-trailer-" + key[2:], value) for key, value in echoed])

    @contextlib.contextmanager
    def count_cancellation(self, request, context):
        """Counts the end of the call inside this block, once and wherever it comes."""
        left = threading.Event()

        def count():
            if not left.is_set():
                self.cancelled[request.name] += 1

        if not context.add_callback(count):
            count()
        yield
        left.set()

    @staticmethod
    def delay(request, context):
        if request.delay_ms == 0:
            return
        ended = threading.Event()
        if not context.add_callback(ended.set) or ended.wait(request.delay_ms / 1000):
            context.abort(grpc.StatusCode.CANCELLED, "cancelled")

    @staticmethod
    def fail_if_asked(request, context):
        if request.crash:
            raise RuntimeError("The secret of the crash.")
        if request.fail_with:
            code = next(code for code in grpc.StatusCode if code.value[0] == request.fail_with)
            context.set_trailing_metadata([("x-failed-bin", b"\x00\xff\x0a")])
            context.abort(code, request.fail_detail)

    @staticmethod
    def reply_to(request, index):
        return MESSAGES["Reply"](
            index=index, payload=bytes(request.reply_size) if request.reply_size > 0 else request.payload
        )


def serve(socket_path):
    server = grpc.server(
        concurrent.futures.ThreadPoolExecutor(32),
        handlers=[Service()],
        options=UNLIMITED + [("grpc.so_reuseport", 0)],
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.add_insecure_port("unix:" + socket_path)
    server.start()
    print(json.dumps({"port": port}), flush=True)
    sys.stdin.read()  # Ends with the test.
    server.stop(0).wait(5)


def call(command):
    options = [
        ("grpc.max_send_message_length", -1),
        ("grpc.max_receive_message_length", command.get("max_receive", -1)),
    ]
    with grpc.insecure_channel(command["target"], options) as channel:
        return run(channel, command)


def run(channel, command):
    method = command["method"]
    kind = {
        "ServerStream": channel.unary_stream,
        "ClientStream": channel.stream_unary,
        "Duplex": channel.stream_stream,
    }.get(method, channel.unary_unary)
    answer = MESSAGES["Summary" if method in ("ClientStream", "CountCancelled") else "Reply"]
    stub = kind(
        command.get("path", f"/{SERVICE}/{method}"), MESSAGES["Request"].SerializeToString, answer.FromString
    )
    requests = [to_request(fields) for fields in command["requests"]]
    streams_requests = method in ("ClientStream", "Duplex")
    arguments = {
        "metadata": to_metadata(command.get("metadata", {})),
        "timeout": command["deadline_ms"] / 1000 if "deadline_ms" in command else None,
        "compression": grpc.Compression.Gzip if command.get("gzip") else None,
    }
    stop = threading.Event()
    rpc = getattr(stub, "future", stub)(
        feed(requests, command, stop) if streams_requests else requests[0], **arguments
    )
    if "cancel_after_ms" in command:
        threading.Timer(command["cancel_after_ms"] / 1000, rpc.cancel).start()
    try:
        return collect(rpc, method, command)
    finally:
        stop.set()


def feed(requests, command, stop):
    yield from requests
    if command.get("keep_open"):
        stop.wait(30)


def collect(rpc, method, command):
    result = {"replies": [], "summary": None}
    digest = hashlib.sha256()
    try:
        if method in ("ServerStream", "Duplex"):
            for reply in rpc:
                digest.update(reply.payload)
                result["replies"].append({"index": reply.index, "size": len(reply.payload)})
                if len(result["replies"]) == command.get("cancel_after"):
                    rpc.cancel()
        else:
            reply = rpc.result()
            if method in ("ClientStream", "CountCancelled"):
                result["summary"] = {"messages": reply.messages, "bytes": reply.bytes}
            else:
                digest.update(reply.payload)
                result["replies"].append({"index": reply.index, "size": len(reply.payload)})
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass  # The status below says what happened.
    result["sha256"] = digest.hexdigest()
    result["status"] = rpc.code().value[0]
    result["details"] = rpc.details() or ""
    result["headers"] = from_metadata(rpc.initial_metadata())
    result["trailers"] = from_metadata(rpc.trailing_metadata())
    return result


def to_request(fields):
    fields = dict(fields)
    size = fields.pop("payload_size", 0)
    return MESSAGES["Request"](payload=pattern(size), **fields)


def pattern(size):
    block = bytes(range(251))
    return (block * (size // len(block) + 1))[:size]


def to_metadata(metadata):
    return [
        (key, base64.b64decode(value) if key.endswith("-bin") else value)
        for key, values in metadata.items()
        for value in values
    ]


def from_metadata(metadata):
    result = collections.defaultdict(list)
    for key, value in metadata or ():
        result[key].append(base64.b64encode(value).decode() if isinstance(value, bytes) else value)
    return result


def answer_commands():
    print(json.dumps({"ready": grpc.__version__}), flush=True)
    for line in sys.stdin:
        started = time.monotonic()
        result = call(json.loads(line))
        result["elapsed_ms"] = int((time.monotonic() - started) * 1000)
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[3])
    else:
        answer_commands()
