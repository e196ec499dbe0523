// What a job's card holds when it is open.

import { artifactPath, getResult, key } from "./api.js";
import { compareView } from "./compare.js";
import { announce, element, icon, setText, showNotice } from "./dom.js";
import { bytes, duration, plural, time, words } from "./format.js";
import { pictureAddress, saveArtifact } from "./pictures.js";
import { asProblem, jobProblem } from "./problem.js";
import { showSteps } from "./steps.js";

const fileNames = {
  protected: "Protected picture",
  original: "Original",
  mask: "Mask",
  thumbnail: "Preview",
  analysis: "Analysis",
  summary: "Summary",
  manifest: "Provenance manifest",
};
const hashNames = {
  perceptual_hash: "Perceptual",
  average_hash: "Average",
  difference_hash: "Difference",
  difference_hash_vertical: "Difference, vertical",
  wavelet_hash: "Wavelet",
  color_hash: "Colour",
  blockhash8: "Block, 8 × 8",
  blockhash16: "Block, 16 × 16",
};
const kinds = { "application/octet-stream": "SAC", "application/json": "JSON" };

const kindOf = (type = "") => {
  const media = type.split(";")[0];
  return kinds[media] ?? media.replace(/^.*\/(x-)?/, "").toUpperCase();
};
const formatOf = (result, variant) => kindOf(result.formats?.[variant]?.content_type).toLowerCase();

export class JobDetails {
  #card;
  #loadedFor = "";
  #steps;

  constructor(card) {
    this.#card = card;
    const body = card.element.querySelector(".card-body");
    this.find = (selector) => body.querySelector(selector);
    this.#steps = this.find(".steps-part");
    this.find(".redrive").addEventListener("click", () => card.dispatchEvent(new Event("redrive")));
    this.find(".delete").addEventListener("click", () => card.dispatchEvent(new Event("delete")));
  }

  show() {
    const { job, title } = this.#card;
    const isDone = job.status === "completed";
    const isFailed = job.status === "failed";
    showSteps(this.find(".steps"), job.steps);
    this.#steps.hidden = job.steps.length === 0;
    this.#showStepsTitle();
    showNotice(this.find(".notice"), isFailed ? jobProblem(job.error) : this.note ?? this.#warnings(), isFailed ? "problem" : "note");
    this.find(".redrive").hidden = !isFailed;
    this.find(".redrive").setAttribute("aria-label", `Try again: ${title}`);
    const remove = this.find(".delete");
    const removing = this.#card.isFinished ? "Delete" : "Cancel";
    setText(remove.querySelector("span"), removing);
    remove.setAttribute("aria-label", `${removing}: ${title}`);
    this.#showFacts();
    const attempt = job.completed_at ?? "done";
    if (isDone && this.#card.isPicture && this.#loadedFor !== attempt) {
      this.#loadedFor = attempt;
      this.#load();
    }
  }

  /** What is not in the result though it was asked for, or was in the original. */
  #warnings() {
    const [first, ...others] = (this.#card.job.warnings ?? []).map((warning) => warning.message);
    return first ? { sentence: first, advice: others.join(" ") } : null;
  }

  /** Something to tell about the job, above everything else: `{sentence, advice}`. */
  note = null;

  #showStepsTitle() {
    const { job } = this.#card;
    const spent = job.steps.reduce((sum, step) => sum + (step.duration_ms ?? 0), 0);
    const parts = [plural(job.steps.length, "step")];
    if (job.status === "completed") {
      parts.push(duration(spent));
    }
    setText(this.#steps.querySelector(".steps-sum"), parts.join(", "));
    // Steps are the news while the work goes on; afterwards the picture is.
    const isDone = String(job.status === "completed");
    if (this.#steps.dataset.done !== isDone) {
      this.#steps.dataset.done = isDone;
      this.#steps.open = isDone === "false";
    }
  }

  async #load() {
    const place = this.find(".seen");
    try {
      const result = await getResult(this.#card.id);
      this.result = result;
      this.#showFiles(result);
      this.#showHashes(result);
      this.#showFacts();
      const preview = element("img", { src: await pictureAddress(this.#card.id, "thumbnail") });
      await preview.decode().catch(() => {});
      place.replaceChildren(compareView({
        id: this.#card.id,
        title: this.#card.title,
        formats: { original: formatOf(result, "original"), protected: formatOf(result, "protected") },
      }, preview));
    } catch (error) {
      this.#loadedFor = "";
      const problem = asProblem(error);
      const again = element("button", { type: "button", className: "plain small", textContent: "Load again" });
      again.addEventListener("click", () => (place.replaceChildren(), this.show()));
      place.replaceChildren(element("div", { className: "notice" },
        element("b", { textContent: problem.sentence }), `${problem.advice} `, again));
    }
  }

  #showFiles({ formats = {}, title }) {
    const variants = Object.keys(fileNames).filter((name) => name in formats);
    const others = Object.keys(formats).filter((name) => !(name in fileNames));
    this.find(".files").replaceChildren(...[...variants, ...others].map((variant) => {
      const { content_type, length } = formats[variant] ?? {};
      const name = fileNames[variant] ?? words(variant);
      // The server names the file in its answer; the attribute alone asks for saving instead of showing.
      const link = element("a", { className: variant === "protected" ? "file main" : "file", href: artifactPath(this.#card.id, variant), download: "" },
        icon("down"),
        element("b", { textContent: name }),
        element("small", { textContent: [kindOf(content_type), bytes(length)].filter(Boolean).join(" · ") }));
      link.dataset.variant = variant;
      link.addEventListener("click", (event) => this.#saveWithKey(event, variant, `${title} ${variant}`));
      return element("li", {}, link);
    }));
    this.find(".files-part").hidden = variants.length + others.length === 0;
  }

  async #saveWithKey(event, variant, name) {
    if (!key()) {
      return;
    }
    event.preventDefault();
    const kind = formatOf(this.result, variant);
    try {
      await saveArtifact(this.#card.id, variant, `${name}.${kind === "jpeg" ? "jpg" : kind}`);
    } catch (error) {
      const problem = asProblem(error);
      showNotice(this.find(".notice"), problem);
      announce(problem.sentence);
    }
  }

  #showHashes({ hashes = {} }) {
    const rows = Object.entries(hashes).map(([name, value]) => {
      const label = hashNames[name] ?? words(name);
      const copy = element("button", { type: "button", className: "quiet square" }, icon("copy"));
      copy.setAttribute("aria-label", `Copy the ${label.toLowerCase()} fingerprint`);
      copy.addEventListener("click", () => this.#copy(copy, value));
      return element("div", { className: "hash" },
        element("dt", { textContent: label }),
        element("dd", { textContent: value }),
        element("dd", { className: "hash-copy" }, copy));
    });
    this.find(".hashes").replaceChildren(...rows);
    this.find(".hashes-part").hidden = rows.length === 0;
  }

  async #copy(button, value) {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      announce("The browser does not let this page copy. Select the text and copy it by hand.");
      return;
    }
    announce("Copied.");
    button.replaceChildren(icon("check"));
    button.classList.add("done");
    setTimeout(() => {
      button.replaceChildren(icon("copy"));
      button.classList.remove("done");
    }, 1500);
  }

  #showFacts() {
    const { job } = this.#card;
    const facts = [
      ["Artist", job.artist],
      ["Tags", this.result?.tags?.join(", ")],
      ["Sent", time(job.submitted_at)],
      ["Finished", time(job.completed_at)],
      ["Time in the engine", duration(this.result?.processing_time_ms)],
      ["Attempts", job.attempts > 1 ? String(job.attempts) : ""],
      ["Job", job.job_id, "mono"],
    ];
    this.find(".facts").replaceChildren(...facts.filter(([, value]) => value).flatMap(([name, value, className = ""]) => [
      element("dt", { textContent: name }),
      element("dd", { textContent: value, className }),
    ]));
  }
}
