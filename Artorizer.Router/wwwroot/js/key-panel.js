// The API key: shown when asked for, by the visitor or by the server.

import { access, key, setKey } from "./api.js";
import { announce, byId, setText } from "./dom.js";

const toggle = byId("key-toggle");
const panel = byId("key-panel");
const field = byId("key-field");
const why = byId("key-why");

function open(isOpen) {
  panel.hidden = !isOpen;
  toggle.setAttribute("aria-expanded", String(isOpen));
}

export function startKeyPanel() {
  field.value = key();
  toggle.addEventListener("click", () => {
    open(panel.hidden);
    if (!panel.hidden) {
      field.focus();
    }
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    setKey(field.value);
    open(false);
    toggle.focus();
    announce(key() ? "The key is used from now on." : "No key is used.");
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      open(false);
      toggle.focus();
    }
  });
  byId("key-forget").addEventListener("click", () => {
    field.value = "";
    setKey("");
    open(false);
    toggle.focus();
    announce("The key is forgotten.");
  });
  access.addEventListener("wanted", ({ detail: problem }) => {
    if (panel.hidden) {
      setText(why, `${problem.sentence} ${problem.status === 403 ? problem.advice : "It is kept until this tab is closed."}`);
      open(true);
      announce(`${problem.sentence} The field for the API key is at the top of the page.`);
    }
  });
}
