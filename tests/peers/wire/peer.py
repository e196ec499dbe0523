"""Reads and writes wire messages with the libraries that Python users have.

Usage: peer.py msgpack | thrift DIR | protobuf

Requests come as lines of JSON, answers go out as lines of JSON:
  {"mode": "decode", "type": T, "protocol": P, "data": base64}  ->  {"value": value}
  {"mode": "encode", "type": T, "protocol": P, "value": value}  ->  {"data": base64}
  {"mode": "schema", "files": [base64, ...]}                    ->  {}    (protobuf only, first)
In values {"$b": base64} stands for bytes, {"$t": text} for a time, {"$e": [type, base64]} for an extension.
"""
import base64
import json
import sys


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text):
    return base64.b64decode(text)


class MsgPack:
    def __init__(self):
        import msgpack

        self.msgpack = msgpack

    def decode(self, data, **_):
        return self.plain(self.msgpack.unpackb(data, raw=False, timestamp=0, strict_map_key=False))

    def encode(self, value, **_):
        return self.msgpack.packb(self.rich(value), use_bin_type=True)

    def plain(self, v):
        if isinstance(v, bytes):
            return {"$b": b64(v)}
        if isinstance(v, self.msgpack.Timestamp):
            return {"$t": "%d.%09d" % (v.seconds, v.nanoseconds)}
        if isinstance(v, self.msgpack.ExtType):
            return {"$e": [v.code, b64(v.data)]}
        if isinstance(v, list):
            return [self.plain(x) for x in v]
        if isinstance(v, dict):
            return {k: self.plain(x) for k, x in v.items()}
        return v

    def rich(self, v):
        if isinstance(v, list):
            return [self.rich(x) for x in v]
        if isinstance(v, dict):
            if "$b" in v:
                return unb64(v["$b"])
            if "$t" in v:
                seconds, nanoseconds = v["$t"].split(".")
                return self.msgpack.Timestamp(int(seconds), int(nanoseconds))
            if "$e" in v:
                return self.msgpack.ExtType(v["$e"][0], unb64(v["$e"][1]))
            return {k: self.rich(x) for k, x in v.items()}
        return v


class Thrift:
    def __init__(self, folder):
        sys.path.insert(0, folder)
        from artorizer_thrift import ttypes
        from thrift.Thrift import TType
        from thrift.protocol import TBinaryProtocol, TCompactProtocol
        from thrift.transport import TTransport

        self.types = ttypes
        self.TType = TType
        self.transport = TTransport.TMemoryBuffer
        self.protocols = {"thrift-compact": TCompactProtocol.TCompactProtocol, "thrift-binary": TBinaryProtocol.TBinaryProtocol}

    def decode(self, data, type, protocol):
        buffer = self.transport(data)
        message = getattr(self.types, type)()
        message.read(self.protocols[protocol](buffer))
        assert buffer.read(1) == b"", "bytes left over"
        return self.plain(message)

    def encode(self, value, type, protocol):
        buffer = self.transport()
        self.rich(value, self.TType.STRUCT, [getattr(self.types, type), None]).write(self.protocols[protocol](buffer))
        return buffer.getvalue()

    def plain(self, v):
        if hasattr(v, "thrift_spec"):
            return {k: self.plain(x) for k, x in vars(v).items() if x is not None}
        if isinstance(v, bytes):
            return {"$b": b64(v)}
        if isinstance(v, list):
            return [self.plain(x) for x in v]
        if isinstance(v, dict):
            return {k: self.plain(x) for k, x in v.items()}
        return v

    def rich(self, v, kind, args):
        if isinstance(v, dict) and "$b" in v:
            return unb64(v["$b"])
        if kind == self.TType.STRUCT:
            message = args[0]()
            for spec in filter(None, message.thrift_spec):
                if spec[2] in v:
                    setattr(message, spec[2], self.rich(v[spec[2]], spec[1], spec[3]))
            return message
        if kind == self.TType.LIST:
            return [self.rich(x, args[0], args[1]) for x in v]
        if kind == self.TType.MAP:
            return {k: self.rich(x, args[2], args[3]) for k, x in v.items()}
        return v


class Protobuf:
    """Knows nothing beforehand: the descriptors come with the first request."""

    def __init__(self):
        from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

        self.pool = descriptor_pool.DescriptorPool()
        self.factory = message_factory.MessageFactory(self.pool)
        self.file = descriptor_pb2.FileDescriptorProto
        self.json = json_format

    def schema(self, files):
        for data in files:
            self.pool.Add(self.file.FromString(unb64(data)))

    def message(self, name):
        return self.factory.GetPrototype(self.pool.FindMessageTypeByName(name))

    def decode(self, data, type, **_):
        message = self.message(type).FromString(data)
        assert not message.UnknownFields(), "unknown fields"
        return self.json.MessageToDict(message, preserving_proto_field_name=True)

    def encode(self, value, type, **_):
        return self.json.ParseDict(value, self.message(type)()).SerializeToString()


def main():
    peer = {"msgpack": MsgPack, "thrift": Thrift, "protobuf": Protobuf}[sys.argv[1]](*sys.argv[2:])
    for line in sys.stdin:
        request = json.loads(line)
        mode = request.pop("mode")
        try:
            if mode == "decode":
                request["data"] = unb64(request["data"])
                answer = {"value": peer.decode(**request)}
            elif mode == "encode":
                answer = {"data": b64(peer.encode(**request))}
            else:
                peer.schema(**request)
                answer = {}
        except Exception as e:
            answer = {"error": f"{e.__class__.__name__}: {e}"}
        print(json.dumps(answer), flush=True)


main()
