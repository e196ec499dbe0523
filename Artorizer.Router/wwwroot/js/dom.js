export const byId = (id) => document.getElementById(id);

/** A fresh copy of the one element inside a `<template>`. */
export const fromTemplate = (id) => byId(id).content.firstElementChild.cloneNode(true);

/** Writes text only when it differs, so that a selection or a live region is not disturbed for nothing. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `images/icons.svg#${name}`);
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Shows a sentence and what to do about it, or hides the place when there is nothing to say. */
export function showNotice(place, problem, kind = "problem") {
  place.hidden = !problem;
  if (!problem) {
    place.replaceChildren();
    return;
  }
  place.dataset.kind = kind;
  place.replaceChildren(element("b", { textContent: problem.sentence }), problem.advice ?? "");
}

let announcing = 0;

/** Says a sentence to screen readers. Sentences that come together are said together. */
export function announce(sentence) {
  const place = byId("announcer");
  clearTimeout(announcing);
  place.append(element("p", { textContent: sentence }));
  announcing = setTimeout(() => place.replaceChildren(), 5000);
}
