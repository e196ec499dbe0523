// Follows running jobs. Over HTTP/1.1 a browser opens six connections to one server, and uploads need
// three of them: so two jobs are streamed, and the others are asked in turn until a stream is free.

import { eventsAddress, getJob } from "./api.js";
import { follow } from "./event-stream.js";

const Streams = 2;
const PollMs = 2000;
const PolledTogether = 6;

export class Watcher {
  #waiting = new Map();
  #streaming = new Map();
  #timer = 0;

  /** @param card what is watched: `id`, `lastEventId`, `isFinished`, `applyEvent(event)`, `applyJob(job)`, `lost(problem)` */
  add(card) {
    if (!this.#waiting.has(card.id) && !this.#streaming.has(card.id)) {
      this.#waiting.set(card.id, card);
      this.#fill();
    }
  }

  remove(card) {
    this.#waiting.delete(card.id);
    const stop = this.#streaming.get(card.id);
    this.#streaming.delete(card.id);
    stop?.abort();
    this.#fill();
  }

  #fill() {
    while (this.#streaming.size < Streams && this.#waiting.size > 0) {
      const [id, card] = this.#waiting.entries().next().value;
      this.#waiting.delete(id);
      const stop = new AbortController();
      this.#streaming.set(id, stop);
      this.#stream(card, stop.signal).finally(() => {
        if (this.#streaming.get(id) === stop) {
          this.#streaming.delete(id);
          this.#fill();
        }
      });
    }
    if (this.#waiting.size > 0 && this.#timer === 0) {
      this.#timer = setTimeout(() => this.#poll(), PollMs);
    }
  }

  async #stream(card, signal) {
    try {
      while (!signal.aborted) {
        card.lastEventId = await follow(eventsAddress(card.id), {
          lastEventId: card.lastEventId,
          signal,
          onEvent: (event) => card.applyEvent(JSON.parse(event.data)),
        });
        if (signal.aborted) {
          return;
        }
        // The stream's last event names the end; the job itself has every step and time.
        card.applyJob(await getJob(card.id, signal));
        if (card.isFinished) {
          return;
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        card.lost(error);
      }
    }
  }

  async #poll() {
    const turn = [...this.#waiting.values()].slice(0, PolledTogether);
    await Promise.all(turn.map(async (card) => {
      try {
        const job = await getJob(card.id);
        if (!this.#waiting.delete(card.id)) {
          return;
        }
        card.applyJob(job);
        if (!card.isFinished) {
          // Back to the end of the line.
          this.#waiting.set(card.id, card);
        }
      } catch (error) {
        if (error.status === 404 && this.#waiting.delete(card.id)) {
          card.lost(error);
        }
      }
    }));
    this.#timer = 0;
    this.#fill();
  }
}
