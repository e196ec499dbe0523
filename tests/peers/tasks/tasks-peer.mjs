// A @grpc/grpc-js client that calls any method as told by JSON lines on standard input.
// Arguments: a FileDescriptorSet with the standard services (health, reflection), a folder of .proto files, and the files
// to load from it, which take precedence over the set.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const options = { keepCase: true, longs: String, enums: String, bytes: String, defaults: true };
const names = Object.fromEntries(Object.entries(grpc.status).filter(([key]) => Number.isNaN(Number(key))).map(([key, value]) => [value, key]));
const [schema, folder, ...files] = process.argv.slice(2);
const services = {
  ...loader.loadFileDescriptorSetFromBuffer(readFileSync(schema), options),
  ...loader.loadSync(files, { ...options, includeDirs: [folder] }),
};
const clients = {};
const streams = {};

// Names that end in -bin carry bytes.
function texts(metadata) {
  return Object.fromEntries(
    Object.entries(metadata.getMap()).map(([key, value]) => [key, Buffer.isBuffer(value) ? value.toString('base64') : value]));
}

function start(command) {
  const [service, name] = command.method.split('/');
  const method = services[service][name];
  clients[command.target] ??= new grpc.Client(command.target, grpc.credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
  const client = clients[command.target];
  const metadata = new grpc.Metadata();
  for (const [key, value] of Object.entries(command.metadata ?? {})) {
    metadata.add(key, value);
  }
  const callOptions = command.deadline_ms == null ? {} : { deadline: Date.now() + command.deadline_ms };
  const state = { replies: [], waiting: [] };
  const onReply = (reply) => {
    if (reply) {
      state.replies.push(reply);
      state.waiting.forEach((wake) => wake());
    }
  };
  const start = [method.path, method.requestSerialize, method.responseDeserialize];
  const onUnary = (_, reply) => onReply(reply);
  let rpc;
  if (method.requestStream) {
    rpc = method.responseStream
      ? client.makeBidiStreamRequest(...start, metadata, callOptions)
      : client.makeClientStreamRequest(...start, metadata, callOptions, onUnary);
    command.requests.forEach((request) => rpc.write(request));
    rpc.end();
  } else {
    rpc = method.responseStream
      ? client.makeServerStreamRequest(...start, command.requests[0], metadata, callOptions)
      : client.makeUnaryRequest(...start, command.requests[0], metadata, callOptions, onUnary);
  }
  if (method.responseStream) {
    rpc.on('data', onReply);
  }
  state.rpc = rpc;
  state.opened = new Promise((resolve) => rpc.on('metadata', resolve));
  rpc.on('error', () => {}); // The status event follows.
  state.ended = new Promise((resolve) =>
    rpc.on('status', (status) =>
      // One more turn of the loop, so that the last message is through its callback.
      setImmediate(() => resolve({ status: names[status.code], details: status.details, trailers: texts(status.metadata) })),
    ),
  );
  if (command.cancel_after_ms != null) {
    setTimeout(() => rpc.cancel(), command.cancel_after_ms);
  }
  return state;
}

const operations = {
  async call(command) {
    const state = start(command);
    const ending = await state.ended;
    return { replies: state.replies, ...ending };
  },

  async open(command) {
    const state = start(command);
    await state.opened;
    streams[command.stream] = state;
    return {};
  },

  async read({ stream, count }) {
    const state = streams[stream];
    while (state.replies.length < count) {
      await new Promise((resolve) => state.waiting.push(resolve));
    }
    return { replies: state.replies.splice(0, count) };
  },

  async finish({ stream }) {
    const state = streams[stream];
    delete streams[stream];
    return state.ended;
  },

  async cancel({ stream }) {
    const state = streams[stream];
    delete streams[stream];
    state.rpc.cancel();
    return state.ended;
  },
};

console.log(JSON.stringify({ ready: process.version }));
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  console.log(JSON.stringify(await operations[command.op](command)));
}
process.exit(0);
