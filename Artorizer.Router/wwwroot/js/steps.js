// The steps of a job: what is planned, runs, is done.

import { fromTemplate, setText } from "./dom.js";
import { duration, words } from "./format.js";

const names = {
  fetch: "Fetch the original",
  decode: "Open the picture",
  metadata: "Read its metadata",
  imagehash: "Take perceptual fingerprints",
  dhash: "Take difference fingerprints",
  blockhash: "Take block fingerprints",
  stegano: "Look for hidden messages",
  robust: "Weave in the robust watermark",
  "invisible-watermark": "Weave in the light watermark",
  visible: "Draw the visible watermark",
  encode: "Write the protected picture",
  verify: "Read the mark back from it",
  mask: "Compute the mask",
  thumbnail: "Make the preview",
  report: "Write the reports",
  store: "Store the files",
};

const states = { pending: "not begun", running: "in work", completed: "done", failed: "failed" };
const order = ["pending", "running", "completed", "failed"];

export const stepName = (name) => names[name] ?? words(name);

/** Takes over what a report says about steps; within one attempt no step goes back. */
export function mergeSteps(known, reported) {
  const before = new Map(known.map((step) => [step.name, step]));
  const merged = reported.map((step) => {
    const old = before.get(step.name);
    before.delete(step.name);
    return old && order.indexOf(old.status) > order.indexOf(step.status) ? old : step;
  });
  return [...merged, ...before.values()];
}

/** @returns the steps with one of them begun or ended */
export function withStep(steps, changed) {
  const place = steps.findIndex((step) => step.name === changed.name);
  return place < 0 ? [...steps, changed] : steps.with(place, { ...steps[place], ...changed });
}

/** Brings a list of steps up to date, reusing its items so that a running mark keeps turning. */
export function showSteps(list, steps) {
  while (list.children.length > steps.length) {
    list.lastElementChild.remove();
  }
  steps.forEach((step, i) => {
    const item = list.children[i] ?? list.appendChild(fromTemplate("step-template"));
    if (item.dataset.state !== step.status) {
      item.dataset.state = step.status;
    }
    setText(item.querySelector(".step-name"), stepName(step.name));
    setText(item.querySelector(".step-state"), `, ${states[step.status] ?? step.status}`);
    setText(item.querySelector(".step-time"), duration(step.duration_ms));
    setText(item.querySelector(".step-error"), step.error ?? "");
  });
}
