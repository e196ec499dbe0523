// What may be chosen beyond artist and title. Only what differs from the server's default is sent.

import { byId, setText } from "./dom.js";

const viaHints = {
  queue: "Answers at once; the work waits its turn and survives a restart.",
  storage: "Stored once and worked on at once; the answer comes when it is done.",
  grpc: "Streamed straight through to the engine; the answer comes when it is done.",
  direct: "Handed on over plain HTTP, the oldest way; the answer comes when it is done.",
};

const strategy = () => document.querySelector("input[name=strategy]:checked").value;

export const tagsOf = (text) => [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];

function wrongTags(tags) {
  if (tags.length > 25) {
    return `These are ${tags.length} tags; 25 is the most.`;
  }
  const long = tags.find((tag) => tag.length > 50);
  return long ? `“${long.slice(0, 20)}…” is too long; a tag has 50 characters at most.` : "";
}

/** @returns `fields` to send as `[name, value]`, and `wrong` when something cannot be sent */
export function chosenOptions() {
  const tags = tagsOf(byId("tags").value);
  const sentence = wrongTags(tags);
  const marked = strategy() !== "none";
  const fields = [
    ["tags", tags.join(","), ""],
    ["watermark_strategy", strategy(), "robust"],
    ["watermark_strength", String(byId("strength").value / 100), marked ? "0.5" : null],
    ["watermark_text", byId("text").value.trim(), marked ? "" : null],
    ["priority", byId("priority").value, "5"],
    ["via", byId("via").value, "queue"],
    ["force", String(byId("force").checked), "false"],
  ];
  return {
    fields: fields.filter(([, value, usual]) => usual !== null && value !== usual).map(([name, value]) => [name, value]),
    wrong: sentence ? { field: byId("tags"), sentence } : null,
  };
}

export function startOptions() {
  const refresh = () => {
    byId("text-field").hidden = strategy() === "none";
    byId("strength-field").hidden = strategy() === "none";
    setText(byId("strength-value"), `${byId("strength").value} %`);
    byId("strength").setAttribute("aria-valuetext", `${byId("strength").value} %`);
    setText(byId("via-hint"), viaHints[byId("via").value]);
  };
  byId("options").addEventListener("input", refresh);
  refresh();
}
