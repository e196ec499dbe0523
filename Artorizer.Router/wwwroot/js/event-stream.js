// Server-sent events over fetch: EventSource cannot send an Authorization header.
// https://html.spec.whatwg.org/multipage/server-sent-events.html

import { address, authorization, refused } from "./api.js";
import { Problem } from "./problem.js";

const StallMs = 60_000;
const LongestDelayMs = 15_000;

/** Turns text, in pieces of any size, into events. */
export class EventParser {
  #rest = "";
  #afterCr = false;
  #event = "";
  #data = [];
  lastEventId = "";
  retryMs = 0;

  /** @returns {{event: string, data: string, id: string}[]} the events that are complete now */
  push(text) {
    if (text === "") {
      return [];
    }
    const whole = text;
    if (this.#afterCr && text.startsWith("\n")) {
      text = text.slice(1);
    }
    this.#afterCr = whole.endsWith("\r");
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop();
    return lines.map((line) => this.#line(line)).filter(Boolean);
  }

  #line(line) {
    if (line === "") {
      return this.#dispatch();
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") {
      this.#data.push(value);
    } else if (field === "event") {
      this.#event = value;
    } else if (field === "id" && !value.includes("\0")) {
      this.lastEventId = value;
    } else if (field === "retry" && /^\d+$/.test(value)) {
      this.retryMs = Number(value);
    }
    return null;
  }

  #dispatch() {
    const event = this.#data.length === 0
      ? null
      : { event: this.#event || "message", data: this.#data.join("\n"), id: this.lastEventId };
    this.#event = "";
    this.#data = [];
    return event;
  }
}

/**
 * Follows a stream until `onEvent` answers true, the signal is aborted, or the server refuses.
 * A break is followed by a new connection that goes on after the last event seen.
 * @returns {Promise<string>} the id of the last event
 */
export async function follow(url, { lastEventId = "", signal, onEvent }) {
  let id = lastEventId;
  let delay = 0;
  while (!signal.aborted) {
    await pause(delay, signal);
    const parser = new EventParser();
    parser.lastEventId = id;
    let received = false;
    try {
      for await (const text of open(url, id, signal)) {
        for (const event of parser.push(text)) {
          received = true;
          id = event.id;
          if (onEvent(event)) {
            return id;
          }
        }
      }
    } catch (error) {
      if (error instanceof Problem && error.status < 500 && !error.isBusy) {
        throw error;
      }
    }
    const least = parser.retryMs || 1000;
    delay = received ? least : Math.min(Math.max(delay * 2, least), LongestDelayMs);
    delay *= 0.75 + Math.random() / 2;
  }
  return id;
}

async function* open(url, lastEventId, signal) {
  const connection = new AbortController();
  const stop = () => connection.abort();
  signal.addEventListener("abort", stop);
  let stall = setTimeout(stop, StallMs);
  try {
    const response = await fetch(address(url), {
      cache: "no-store",
      signal: connection.signal,
      headers: {
        Accept: "text/event-stream",
        ...(lastEventId ? { "Last-Event-ID": lastEventId } : {}),
        ...authorization(),
      },
    });
    if (!response.ok) {
      throw refused(new Problem(response.status, await response.json().catch(() => null)));
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      clearTimeout(stall);
      stall = setTimeout(stop, StallMs);
      yield value;
    }
  } finally {
    clearTimeout(stall);
    signal.removeEventListener("abort", stop);
    connection.abort();
  }
}

function pause(ms, signal) {
  return ms === 0 ? null : new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
