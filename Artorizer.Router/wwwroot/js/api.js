// The calls this page makes. Addresses are relative, so that the page works behind a path prefix.

import { forThisTab } from "./storage.js";
import { asProblem, Problem } from "./problem.js";

/** Tells whoever shows the key field that the server wants a key. */
export const access = new EventTarget();

export const key = () => forThisTab.get("key");

export function setKey(value) {
  forThisTab.set("key", value.trim());
  access.dispatchEvent(new Event("changed"));
}

export const address = (path) => new URL(path, document.baseURI).href;

export const authorization = () => (key() ? { Authorization: `Bearer ${key()}` } : {});

/** Reports a refusal to the key field, and passes it on. */
export function refused(problem) {
  if (problem.wantsKey) {
    access.dispatchEvent(new CustomEvent("wanted", { detail: problem }));
  }
  return problem;
}

export async function request(path, { headers, ...options } = {}) {
  let response;
  try {
    response = await fetch(address(path), {
      cache: "no-store",
      ...options,
      headers: { Accept: "application/json", ...authorization(), ...headers },
    });
  } catch (error) {
    throw error.name === "AbortError" ? error : asProblem(error);
  }
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw refused(new Problem(response.status, body, response.headers.get("Retry-After")));
  }
  return response;
}

const json = async (path, options) => (await request(path, options)).json();

const jobPath = (id, rest = "") => `jobs/${encodeURIComponent(id)}${rest}`;

export const listJobs = ({ status, cursor, limit = 20 }, signal) => {
  const query = new URLSearchParams({ limit });
  if (status) {
    query.set("status", status);
  }
  if (cursor) {
    query.set("cursor", cursor);
  }
  return json(`jobs?${query}`, { signal });
};

export const getJob = (id, signal) => json(jobPath(id), { signal });
export const getResult = (id) => json(jobPath(id, "/result"));
export const deleteJob = (id) => request(jobPath(id), { method: "DELETE" });
export const redriveJob = (id) => json(jobPath(id, "/redrive"), { method: "POST" });
export const eventsAddress = (id) => address(jobPath(id, "/events"));
export const artifactPath = (id, variant) => jobPath(id, `/download/${encodeURIComponent(variant)}`);
export const getArtifact = async (id, variant) => (await request(artifactPath(id, variant), { headers: { Accept: "*/*" } })).blob();

/** Answers even when the server is unwell: its report then comes with 503. */
export async function getHealth(signal) {
  const response = await fetch(address("health"), { cache: "no-store", signal, headers: { Accept: "application/json", ...authorization() } });
  return response.json();
}
