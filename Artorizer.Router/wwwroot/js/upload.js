// Sends pictures, three at a time. XMLHttpRequest, because fetch cannot report how much was sent.

import { address, authorization, refused } from "./api.js";
import { Problem } from "./problem.js";

const Parallel = 3;
const BusyRetries = 6;

const line = [];
let running = 0;

/**
 * One picture on its way. Events: `change`, then `accepted` (detail: the server's answer).
 * States: waiting, sending, sent, pausing, failed, cancelled, accepted.
 */
export class Upload extends EventTarget {
  state = "waiting";
  sent = 0;
  pauseMs = 0;
  problem = null;
  #request = null;
  #timer = 0;
  #busyAnswers = 0;
  // The server gives the first answer again to a repeated key, so trying again never makes a second job.
  #idempotencyKey = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  /** @param fields form fields to send, as `[name, value]` */
  constructor(file, title, fields) {
    super();
    this.file = file;
    this.title = title;
    this.fields = fields;
  }

  start() {
    this.#become("waiting", { problem: null, sent: 0 });
    line.push(this);
    advance();
  }

  cancel() {
    clearTimeout(this.#timer);
    const place = line.indexOf(this);
    if (place >= 0) {
      line.splice(place, 1);
    }
    this.#become("cancelled");
    this.#request?.abort();
  }

  send() {
    const form = new FormData();
    for (const [name, value] of this.fields) {
      form.append(name, value);
    }
    form.append("image", this.file, this.file.name || "picture");

    const request = new XMLHttpRequest();
    this.#request = request;
    request.open("POST", address("protect"));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Idempotency-Key", this.#idempotencyKey);
    for (const [name, value] of Object.entries(authorization())) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      this.#become("sending", { sent: total ? loaded / total : 0 }));
    request.upload.addEventListener("load", () => this.#become("sent", { sent: 1 }));
    this.#become("sending");

    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        this.#request = null;
        this.#finish(request);
        resolve();
      });
      request.send(form);
    });
  }

  #finish(request) {
    if (this.state === "cancelled") {
      return;
    }
    const answer = parse(request.responseText);
    if (request.status >= 200 && request.status < 300 && answer?.job_id) {
      this.#become("accepted");
      this.dispatchEvent(new CustomEvent("accepted", { detail: answer }));
      return;
    }
    const problem = refused(new Problem(request.status, answer, request.getResponseHeader("Retry-After")));
    if (problem.isBusy && this.#busyAnswers++ < BusyRetries) {
      this.#pause(problem.retryAfterMs || 2000 * this.#busyAnswers);
    } else {
      this.#become("failed", { problem });
    }
  }

  #pause(ms) {
    this.#become("pausing", { pauseMs: ms, sent: 0 });
    this.#timer = ms > 0
      ? setTimeout(() => this.#pause(Math.max(0, ms - 1000)), Math.min(ms, 1000))
      : setTimeout(() => this.start());
  }

  #become(state, more = {}) {
    if (this.state === "cancelled" && state !== "waiting") {
      return;
    }
    Object.assign(this, { state, ...more });
    this.dispatchEvent(new Event("change"));
  }
}

function advance() {
  while (running < Parallel && line.length > 0) {
    running++;
    line.shift().send().finally(() => {
      running--;
      advance();
    });
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
