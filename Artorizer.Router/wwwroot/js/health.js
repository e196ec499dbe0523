// The status line: asked every 15 s while the page is in view.

import { access, getHealth } from "./api.js";
import { announce, byId, setText } from "./dom.js";
import { plural } from "./format.js";

const IntervalMs = 15_000;
const line = byId("health");
const text = byId("health-text");

function describe(report) {
  const parts = [];
  if (Number.isFinite(report.workers)) {
    parts.push(plural(report.workers, "worker"));
  }
  if (Number.isFinite(report.queue_size)) {
    parts.push(`${report.queue_size} waiting`);
  }
  return report.status === "healthy"
    ? { state: "good", text: ["Ready", ...parts].join(" · ") }
    : { state: "poor", text: ["Not quite ready", ...parts].join(" · ") };
}

async function ask() {
  try {
    return describe(await getHealth(AbortSignal.timeout(IntervalMs - 1000)));
  } catch {
    return { state: "gone", text: "The server can’t be reached" };
  }
}

async function refresh() {
  const now = await ask();
  const before = line.dataset.state;
  if (now.state !== before && (now.state === "gone" || before === "gone")) {
    announce(now.state === "gone" ? "The server can’t be reached." : "The server is back.");
  }
  line.dataset.state = now.state;
  setText(text, now.text);
}

export function startHealth() {
  refresh();
  setInterval(() => document.visibilityState === "visible" && refresh(), IntervalMs);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  access.addEventListener("changed", refresh);
}
