// One job: a line with picture, title and state, which opens to steps, comparison, files and fingerprints.

import { fromTemplate, setText } from "./dom.js";
import { time, words } from "./format.js";
import { JobDetails } from "./job-details.js";
import { pictureAddress, setThumb } from "./pictures.js";
import { mergeSteps, stepName, withStep } from "./steps.js";

const badges = { queued: "Waiting", processing: "In work", completed: "Protected", failed: "Failed" };
const waits = { engine: "Waiting for an image engine: none answers, or all are busy", storage: "Waiting for the store, which does not answer" };
const endings = new Set(["completed", "failed", "deleted"]);

let count = 0;

/** Events: `finished` when a watched job ends, `lost` (detail: problem), `redrive` and `delete` on request. */
export class JobCard extends EventTarget {
  lastEventId = "";
  #snapshotAt = 0;
  #askedForPlan = false;
  #hasThumb = false;
  #isNear = false;
  #previewed = "";

  /** @param job as `GET /jobs` gives it; less will do while nothing more is known */
  constructor(job) {
    super();
    this.id = job.job_id;
    this.job = { steps: [], ...job };
    this.element = fromTemplate("job-template");
    this.opener = this.element.querySelector(".card-open");
    this.details = new JobDetails(this);
    const body = this.element.querySelector(".card-body");
    body.id = `job-${++count}`;
    this.opener.setAttribute("aria-controls", body.id);
    this.opener.addEventListener("click", () => this.toggle());
    this.#markSnapshot();
    this.#show();
  }

  get title() {
    const { title, type } = this.job;
    return title || (this.isPicture ? "Untitled" : words(type));
  }

  get isPicture() {
    return !this.job.type || this.job.type === "protect_image";
  }

  get isFinished() {
    return this.job.status === "completed" || this.job.status === "failed";
  }

  get isOpen() {
    return this.opener.getAttribute("aria-expanded") === "true";
  }

  toggle(open = !this.isOpen) {
    this.opener.setAttribute("aria-expanded", String(open));
    this.element.querySelector(".card-body").hidden = !open;
    if (open) {
      this.details.show();
    }
  }

  /** Draws the eye to this card. */
  call() {
    this.element.classList.remove("called");
    void this.element.offsetWidth;
    this.element.classList.add("called");
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** The card has come near the window: time to fetch its picture. */
  cameNear() {
    this.#isNear = true;
    this.#showThumb();
  }

  /** Shows the picture as it was chosen, until the server's thumbnail is there. */
  preview(source, kind) {
    this.#previewed = source;
    setThumb(this.element.querySelector(".thumb"), source, kind);
  }

  forgetPreview() {
    URL.revokeObjectURL(this.#previewed);
    this.#previewed = "";
  }

  /** Takes a whole job, newer than what is known. */
  applyJob(job) {
    const sameAttempt = job.started_at === this.job.started_at;
    const steps = job.steps ?? [];
    const wasFinished = this.isFinished;
    this.job = { ...this.job, error: undefined, waiting_for: undefined, ...job, steps: sameAttempt ? mergeSteps(this.job.steps, steps) : steps };
    this.#markSnapshot();
    this.#show();
    if (this.isFinished && !wasFinished) {
      this.dispatchEvent(new Event("finished"));
    }
  }

  /** Takes one event; answers whether it is the last. */
  applyEvent(event) {
    if (event.type === "deleted") {
      return true;
    }
    // A stream starts from the first event; what a later snapshot already told is not told backwards.
    if (Date.parse(event.at) < this.#snapshotAt) {
      return endings.has(event.type);
    }
    if (endings.has(event.type)) {
      return true;
    }
    const steps = event.type === "started"
      ? this.job.steps.map(({ name }) => ({ name, status: "pending" }))
      : event.step ? withStep(this.job.steps, event.step) : this.job.steps;
    this.job = { ...this.job, status: event.status, progress: event.progress ?? this.job.progress, error: event.error, waiting_for: event.waiting_for, steps };
    this.#show();
    this.#learnPlan();
    return false;
  }

  lost(problem) {
    this.dispatchEvent(new CustomEvent("lost", { detail: problem }));
  }

  /** Called with the job's own word on the steps that are still to come. */
  onPlanWanted = () => {};

  #learnPlan() {
    if (!this.#askedForPlan && (this.job.progress?.total_steps ?? 0) > this.job.steps.length) {
      this.#askedForPlan = true;
      this.onPlanWanted();
    }
  }

  /** Adds the steps that are still to come, without going back in time. */
  applyPlan(job) {
    this.job = { ...this.job, steps: mergeSteps(this.job.steps, job.steps) };
    this.#show();
  }

  #markSnapshot() {
    const { started_at, completed_at, progress } = this.job;
    const known = [started_at, completed_at, progress?.updated_at].map(Date.parse).filter(Number.isFinite);
    this.#snapshotAt = Math.max(0, ...known);
  }

  #show() {
    const { status, progress } = this.job;
    this.element.dataset.status = status;
    setText(this.element.querySelector(".card-title"), this.title);
    const isUnmarked = this.job.warnings?.some((warning) => warning.code === "mark_not_applied");
    setText(this.element.querySelector(".badge"), status === "completed" && isUnmarked ? "Not marked" : badges[status] ?? status);
    setText(this.element.querySelector(".card-sub"), this.#line());
    const bar = this.element.querySelector(".bar");
    bar.value = status === "completed" ? 100 : progress?.percentage ?? 0;
    bar.setAttribute("aria-label", `${this.title}: worked on`);
    bar.toggleAttribute("data-over", this.isFinished);
    bar.setAttribute("aria-hidden", String(this.isFinished));
    this.#showThumb();
    if (this.isOpen) {
      this.details.show();
    }
  }

  #line() {
    const { status, progress, artist, submitted_at, error, waiting_for, warnings } = this.job;
    const when = time(submitted_at);
    switch (status) {
      case "queued":
        if (waiting_for) {
          return waits[waiting_for] ?? `Waiting for ${waiting_for}`;
        }
        return error ? `Will be tried again · ${error.message}` : ["Waiting its turn", artist].filter(Boolean).join(" · ");
      case "processing":
        return progress ? `Step ${progress.step_number} of ${progress.total_steps} · ${stepName(progress.current_step)}` : "Work begins";
      case "failed":
        return error?.message ?? "Failed";
      default:
        return [warnings?.[0]?.message ?? artist, when].filter(Boolean).join(" · ");
    }
  }

  async #showThumb() {
    if (this.#hasThumb || !this.#isNear || this.job.status !== "completed" || !this.isPicture) {
      return;
    }
    this.#hasThumb = true;
    try {
      setThumb(this.element.querySelector(".thumb"), await pictureAddress(this.id, "thumbnail"));
      this.forgetPreview();
    } catch {
      this.#hasThumb = false;
    }
  }
}
