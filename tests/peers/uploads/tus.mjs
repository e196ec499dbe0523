// Uploads a file with tus-js-client over a network that breaks, and prints how it went.
// node tus.mjs ENDPOINT FILE CHUNK_SIZE
import { createReadStream, statSync } from 'node:fs';
import tus from 'tus-js-client';

const [endpoint, file, chunkSize] = process.argv.slice(2);
let retries = 0;
let jobId;
const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  uploadSize: statSync(file).size,
  chunkSize: Number(chunkSize) || Infinity,
  metadata: { filename: 'peer.jpg', filetype: 'image/jpeg', artist_name: 'Ada', artwork_title: 'tus-js-client', submit: 'true' },
  retryDelays: Array(200).fill(100),
  onShouldRetry: () => (retries += 1) > 0,
  onAfterResponse: (request, response) => {
    jobId = response.getHeader('Artorizer-Job-Id') ?? jobId;
  },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(JSON.stringify({ url: upload.url, jobId, retries }));
  },
});
upload.start();
