// A @grpc/grpc-js client that calls interop.proto as told by JSON lines on standard input.
// Arguments: interop.proto, and the folders of the health and reflection protos.

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [interopProto, healthFolder, reflectionFolder] = process.argv.slice(2);
const options = { keepCase: true, longs: Number, enums: Number, defaults: true };
const interop = grpc.loadPackageDefinition(loader.loadSync(interopProto, options));
const health = grpc.loadPackageDefinition(loader.loadSync('health.proto', { ...options, includeDirs: [healthFolder] }));
const reflection = grpc.loadPackageDefinition(
  loader.loadSync(['grpc/reflection/v1/reflection.proto', 'grpc/reflection/v1alpha/reflection.proto'], {
    ...options,
    includeDirs: [reflectionFolder],
  }),
);
const summaries = ['ClientStream', 'CountCancelled'];
const insecure = grpc.credentials.createInsecure();

function channelOptions(command) {
  return {
    'grpc.max_receive_message_length': command.max_receive ?? -1,
    'grpc.max_send_message_length': -1,
    ...(command.gzip ? { 'grpc.default_compression_algorithm': 2 } : {}),
    // Each command has its own connection.
    'grpc.use_local_subchannel_pool': 1,
  };
}

function toMetadata(entries = {}) {
  const metadata = new grpc.Metadata();
  for (const [key, values] of Object.entries(entries)) {
    for (const value of values) {
      metadata.add(key, key.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
    }
  }
  return metadata;
}

function fromMetadata(metadata) {
  const result = {};
  for (const key of Object.keys(metadata?.getMap() ?? {})) {
    result[key] = metadata.get(key).map((value) => (Buffer.isBuffer(value) ? value.toString('base64') : value));
  }
  return result;
}

function pattern(size) {
  const payload = Buffer.alloc(size);
  for (let i = 0; i < size; i++) {
    payload[i] = i % 251;
  }
  return payload;
}

function toRequest({ payload_size = 0, ...fields }) {
  return { payload: pattern(payload_size), ...fields };
}

function call(command) {
  const { method } = command;
  const definition = interop.artorizer.interop.Interop.service[method];
  const client = new grpc.Client(command.target, insecure, channelOptions(command));
  const path = command.path ?? definition.path;
  const requests = command.requests.map(toRequest);
  const callOptions = 'deadline_ms' in command ? { deadline: Date.now() + command.deadline_ms } : {};
  const result = { replies: [], summary: null, headers: {} };
  const digest = createHash('sha256');

  return new Promise((resolve) => {
    let rpc;
    const onReply = (reply) => {
      if (!reply) {
        return;
      }
      if (summaries.includes(method)) {
        result.summary = reply;
        return;
      }
      digest.update(reply.payload);
      result.replies.push({ index: reply.index, size: reply.payload.length });
      if (result.replies.length === command.cancel_after) {
        rpc.cancel();
      }
    };
    const start = [path, definition.requestSerialize, definition.responseDeserialize];
    const metadata = toMetadata(command.metadata);
    const onUnary = (_, reply) => onReply(reply);
    if (definition.requestStream) {
      rpc = definition.responseStream
        ? client.makeBidiStreamRequest(...start, metadata, callOptions)
        : client.makeClientStreamRequest(...start, metadata, callOptions, onUnary);
      for (const request of requests) {
        rpc.write(request);
      }
      if (!command.keep_open) {
        rpc.end();
      }
    } else {
      rpc = definition.responseStream
        ? client.makeServerStreamRequest(...start, requests[0], metadata, callOptions)
        : client.makeUnaryRequest(...start, requests[0], metadata, callOptions, onUnary);
    }
    if (definition.responseStream) {
      rpc.on('data', onReply);
    }
    rpc.on('error', () => {}); // The status event follows.
    rpc.on('metadata', (headers) => (result.headers = fromMetadata(headers)));
    rpc.on('status', (status) => {
      // One more turn of the loop, so that the last message is through its callback.
      setImmediate(() => {
        client.close();
        resolve({
          ...result,
          sha256: digest.digest('hex'),
          status: status.code,
          details: status.details,
          trailers: fromMetadata(status.metadata),
        });
      });
    });
    if ('cancel_after_ms' in command) {
      setTimeout(() => rpc.cancel(), command.cancel_after_ms);
    }
  });
}

function checkHealth(command) {
  const client = new health.grpc.health.v1.Health(command.target, insecure);
  return new Promise((resolve) => {
    client.Check({ service: command.service }, (error, reply) => {
      client.close();
      resolve({ status: error?.code ?? 0, details: error?.details ?? '', serving: reply?.status ?? null });
    });
  });
}

function reflect(command) {
  const client = new reflection.grpc.reflection[command.version].ServerReflection(command.target, insecure);
  return new Promise((resolve, reject) => {
    const answers = [];
    const stream = client.ServerReflectionInfo();
    stream.on('data', (answer) => answers.push(answer));
    stream.on('error', reject);
    stream.on('end', () => {
      client.close();
      resolve({ status: 0, details: '', answers: answers.map(summarize) });
    });
    for (const query of command.queries) {
      stream.write(query);
    }
    stream.end();
  });
}

function summarize(answer) {
  return {
    services: answer.list_services_response?.service.map((service) => service.name) ?? null,
    files: answer.file_descriptor_response?.file_descriptor_proto.map((file) => file.toString('base64')) ?? null,
    error: answer.error_response?.error_code ?? 0,
  };
}

process.stdout.write(`${JSON.stringify({ ready: 'node' })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const started = Date.now();
  const run = { health: checkHealth, reflect }[command.kind] ?? call;
  const result = await run(command);
  process.stdout.write(`${JSON.stringify({ ...result, elapsed_ms: Date.now() - started })}\n`);
}
