// Uploads a file with tus-js-client over a network that breaks, and prints how it went.
// In chunks, if a size is given, and then each with its checksum, every third of which is wrong when first sent.
// node tus.mjs ENDPOINT FILE CHUNK_SIZE
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import tus from 'tus-js-client';

const [endpoint, file, chunkSize] = process.argv.slice(2);
const chunks = Number(chunkSize) || Infinity;
let retries = 0;
let sums = 0;
let refused = 0;
let jobId;

class ChecksumStack extends tus.DefaultHttpStack {
  createRequest(method, url) {
    const request = super.createRequest(method, url);
    const { send } = request;
    request.send = (body) => {
      if (method === 'PATCH') {
        const sum = (sums += 1) % 3 === 0 ? Buffer.alloc(32) : createHash('sha256').update(body).digest();
        request.setHeader('Upload-Checksum', `sha256 ${sum.toString('base64')}`);
      }
      return send.call(request, body);
    };
    return request;
  }
}

const upload = new tus.Upload(chunks === Infinity ? createReadStream(file) : readFileSync(file), {
  endpoint,
  uploadSize: statSync(file).size,
  chunkSize: chunks,
  ...(chunks === Infinity ? {} : { httpStack: new ChecksumStack({}) }),
  metadata: { filename: 'peer.jpg', filetype: 'image/jpeg', artist_name: 'Ada', artwork_title: 'tus-js-client', submit: 'true' },
  retryDelays: Array(200).fill(100),
  onShouldRetry: () => (retries += 1) > 0,
  onAfterResponse: (request, response) => {
    jobId = response.getHeader('Artorizer-Job-Id') ?? jobId;
    refused += response.getStatus() === 460 ? 1 : 0;
  },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(JSON.stringify({ url: upload.url, jobId, retries, refused }));
  },
});
upload.start();
