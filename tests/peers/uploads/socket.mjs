// Uploads a file with ws over a network that breaks, and prints how it went.
// node socket.mjs URL FILE
import { open } from 'node:fs/promises';
import WebSocket from 'ws';

const [url, file] = process.argv.slice(2);
const handle = await open(file);
const { size } = await handle.stat();
let uploadId;
let connections = 0;
let received = 0;
const events = [];

async function sendFrom(socket, offset) {
  const buffer = Buffer.alloc(40_000);
  while (offset < size && socket.readyState === WebSocket.OPEN) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
    await new Promise((done) => socket.send(Buffer.from(buffer.subarray(0, bytesRead)), () => done()));
    offset += bytesRead;
  }

  if (socket.readyState === WebSocket.OPEN) {
    socket.send('{"type":"end"}');
  }
}

function connect() {
  return new Promise((resolve) => {
    connections += 1;
    const socket = new WebSocket(url);
    let job;
    socket.on('open', () =>
      socket.send(JSON.stringify(uploadId
        ? { type: 'resume', upload_id: uploadId }
        : { artist_name: 'Ada', artwork_title: 'ws', filename: 'peer.jpg', size })));
    socket.on('message', (data) => {
      const message = JSON.parse(data);
      switch (message.type) {
        case 'accepted':
          uploadId = message.upload_id;
          sendFrom(socket, message.offset);
          break;
        case 'received':
          received = message.offset;
          break;
        case 'queued':
          job ??= message.job_id;
          break;
        case 'started':
        case 'progress':
          events.push(message.type);
          break;
        case 'completed':
        case 'failed':
          resolve({ type: message.type, jobId: job, uploadId });
          break;
        case 'error':
          // 1013 and 409 are told by close or by trying again; anything else is a fault of ours.
          if (![409, 423, 503].includes(message.status)) {
            console.error(JSON.stringify(message));
            process.exit(1);
          }
          break;
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => setTimeout(() => resolve(null), 100));
  });
}

let result = null;
while (!(result = await connect())) {
  if (connections > 500) {
    console.error('too many attempts');
    process.exit(1);
  }
}

console.log(JSON.stringify({ ...result, connections, received, events }));
process.exit(0);
