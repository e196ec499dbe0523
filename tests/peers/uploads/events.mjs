// Follows a job with eventsource over a network that breaks, and prints every event's number and type.
// node events.mjs URL
import { EventSource } from 'eventsource';

const events = [];
let opened = 0;
const source = new EventSource(process.argv[2]);
source.addEventListener('open', () => (opened += 1));
for (const type of ['queued', 'started', 'progress', 'completed', 'failed', 'deleted']) {
  source.addEventListener(type, (event) => {
    events.push({ id: Number(event.lastEventId), type: event.type, job: JSON.parse(event.data).job_id });
    if (['completed', 'failed', 'deleted'].includes(type)) {
      source.close();
      console.log(JSON.stringify({ opened, events }));
      process.exit(0);
    }
  });
}
