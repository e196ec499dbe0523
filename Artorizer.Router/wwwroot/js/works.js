// The list of works: what was sent before, and what is on its way.

import { access, deleteJob, getJob, listJobs, redriveJob } from "./api.js";
import { announce, byId, setText, showNotice } from "./dom.js";
import { extension } from "./format.js";
import { JobCard } from "./job-card.js";
import { forgetPictures } from "./pictures.js";
import { asProblem } from "./problem.js";
import { UploadCard } from "./upload-card.js";
import { Upload } from "./upload.js";
import { Watcher } from "./watcher.js";

const list = byId("jobs");
const uploads = byId("uploads");
const more = byId("more");
const filter = byId("filter");
const heading = byId("works-title");
const errorPlace = byId("works-error");

const cards = new Map();
const watcher = new Watcher();
const nearness = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) {
      nearness.unobserve(target);
      cardOf(target)?.cameNear();
    }
  }
}, { rootMargin: "300px" });
const cardOf = (element) => [...cards.values()].find((card) => card.element === element);

let cursor = "";
let loading = null;

function complain(error) {
  const problem = asProblem(error);
  showNotice(errorPlace, problem);
}

function refreshEmptiness() {
  const isEmpty = cards.size === 0 && uploads.children.length === 0;
  byId("empty").hidden = !isEmpty || list.getAttribute("aria-busy") === "true" || !errorPlace.hidden;
  setText(byId("empty-main"), filter.value ? "Nothing of this kind." : "Nothing on the wall yet.");
  setText(byId("empty-more"), filter.value
    ? "Choose “all” to see every work."
    : "Pictures you protect appear here, with their fingerprints and files.");
}

function add(job, place = "append") {
  const known = cards.get(job.job_id);
  if (known) {
    known.applyJob({ ...known.job, ...job });
    return known;
  }
  const card = new JobCard(job);
  cards.set(card.id, card);
  list[place](card.element);
  nearness.observe(card.element);
  card.onPlanWanted = () => getJob(card.id).then((whole) => card.applyPlan(whole), () => {});
  card.addEventListener("finished", () => tell(card));
  card.addEventListener("lost", ({ detail }) => lose(card, detail));
  card.addEventListener("redrive", () => redrive(card));
  card.addEventListener("delete", () => remove(card));
  if (!card.isFinished) {
    watcher.add(card);
  }
  return card;
}

function tell(card) {
  announce(card.job.status === "completed"
    ? `${card.title} is ${card.isPicture ? "protected" : "done"}.`
    : `${card.title} failed. ${card.job.error?.message ?? ""}`);
}

function lose(card, problem) {
  if (problem.status === 404) {
    takeAway(card);
    announce(`${card.title} was deleted.`);
  } else {
    complain(problem);
  }
}

function takeAway(card) {
  const next = card.element.nextElementSibling ?? card.element.previousElementSibling;
  const hadFocus = card.element.contains(document.activeElement);
  watcher.remove(card);
  cards.delete(card.id);
  card.element.remove();
  card.forgetPreview();
  forgetPictures(card.id);
  if (hadFocus) {
    (next?.querySelector(".card-open") ?? heading).focus();
  }
  refreshEmptiness();
}

async function redrive(card) {
  try {
    card.applyJob(await redriveJob(card.id));
    card.opener.focus();
    watcher.add(card);
    announce(`${card.title} is tried again.`);
  } catch (error) {
    complain(error);
  }
}

async function remove(card) {
  const dialog = byId("ask");
  const running = !card.isFinished;
  setText(byId("ask-title"), running ? "Cancel this work?" : "Delete this work?");
  setText(byId("ask-text"), running
    ? `“${card.title}” will not be protected, and what was sent is removed.`
    : `“${card.title}”, its original and every file made from it are removed from the server.`);
  setText(dialog.querySelector("[value=yes]"), running ? "Cancel the work" : "Delete");
  dialog.returnValue = "no";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (dialog.returnValue !== "yes") {
    return;
  }
  try {
    await deleteJob(card.id);
    takeAway(card);
    announce(`${card.title} is deleted.`);
  } catch (error) {
    complain(error);
  }
}

async function load({ again = false } = {}) {
  loading?.abort();
  const mine = loading = new AbortController();
  list.setAttribute("aria-busy", "true");
  try {
    const page = await listJobs({ status: filter.value, cursor: again ? "" : cursor }, mine.signal);
    if (again) {
      clear();
    }
    showNotice(errorPlace, null);
    page.jobs.forEach((job) => add(job));
    cursor = page.next_cursor ?? "";
    more.hidden = !cursor;
  } catch (error) {
    if (mine.signal.aborted) {
      return;
    }
    complain(error);
  }
  list.setAttribute("aria-busy", "false");
  refreshEmptiness();
}

function clear() {
  for (const card of cards.values()) {
    watcher.remove(card);
  }
  cards.clear();
  list.replaceChildren();
}

function accept(answer, { upload, preview, element, title }) {
  const hadFocus = element.contains(document.activeElement);
  element.remove();
  const fields = Object.fromEntries(upload.fields);
  const isKnown = answer.status === "exists";
  const job = answer.artwork ?? {
    job_id: answer.job_id,
    status: answer.status,
    title: title.textContent,
    artist: fields.artist_name,
    submitted_at: new Date().toISOString(),
  };
  const card = add(job, "prepend");
  if (isKnown) {
    URL.revokeObjectURL(preview);
    card.details.note = {
      sentence: "You have sent this picture with the same wishes before.",
      advice: "This is the work it became; nothing was made twice. Choose “Make it anew” in the options to have it done again.",
    };
    card.call();
    announce(`${card.title} was sent before; its card is open.`);
  } else {
    card.preview(preview, extension(upload.file.name));
    if (answer.previous_job_id) {
      card.details.note = { sentence: "This is a new version of a picture that you have sent before.", advice: "The earlier one stays as it is." };
    }
  }
  if (isKnown || upload.isAlone) {
    card.toggle(true);
  }
  if (hadFocus) {
    card.opener.focus();
  }
  // A synchronous answer is the result itself; the job tells steps and times.
  if (card.isFinished) {
    getJob(card.id).then((whole) => card.applyJob(whole), complain);
    if (!isKnown) {
      tell(card);
    }
  }
  refreshEmptiness();
}

/** @param entries pictures to send, as `{file, title, fields, preview}` */
export function sendAll(entries) {
  if (filter.value) {
    filter.value = "";
    cursor = "";
    load({ again: true });
  }
  for (const { file, title, fields, preview } of entries) {
    const upload = new Upload(file, title, fields);
    upload.isAlone = entries.length === 1;
    const card = new UploadCard(upload, preview);
    uploads.append(card.element);
    upload.addEventListener("accepted", ({ detail }) => accept(detail, card));
    upload.addEventListener("change", () => {
      if (upload.state === "failed") {
        announce(`${title} was not sent. ${upload.problem.sentence}`);
      } else if (upload.state === "cancelled") {
        const hadFocus = card.element.contains(document.activeElement);
        card.element.remove();
        URL.revokeObjectURL(preview);
        announce(`${title} is cancelled.`);
        if (hadFocus) {
          heading.focus();
        }
        refreshEmptiness();
      }
    });
    upload.start();
  }
  announce(entries.length === 1 ? `Sending ${entries[0].title}.` : `Sending ${entries.length} pictures.`);
  heading.focus();
  refreshEmptiness();
}

export function startWorks() {
  const reload = () => {
    cursor = "";
    load({ again: true });
  };
  filter.addEventListener("change", reload);
  // Another key, another owner: what is shown may not be theirs.
  access.addEventListener("changed", () => {
    clear();
    more.hidden = true;
    reload();
  });
  more.addEventListener("click", async () => {
    const last = list.lastElementChild;
    await load();
    last?.nextElementSibling?.querySelector(".card-open").focus();
  });
  load();
}
