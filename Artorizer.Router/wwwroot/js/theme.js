// Light or dark: the system's choice until the visitor makes another.

import { byId } from "./dom.js";
import { lasting } from "./storage.js";

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const toggle = byId("theme-toggle");

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

function show() {
  root.dataset.colours = isDark() ? "dark" : "light";
  toggle.setAttribute("aria-pressed", String(isDark()));
}

export function startTheme() {
  toggle.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    const asSystem = (next === "dark") === system.matches;
    if (asSystem) {
      delete root.dataset.theme;
    } else {
      root.dataset.theme = next;
    }
    lasting.set("theme", asSystem ? "" : next);
    show();
  });
  system.addEventListener("change", show);
  show();
}
