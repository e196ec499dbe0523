// The sheet: pictures are chosen, dropped or pasted, described, and sent.

import { announce, byId, setText } from "./dom.js";
import { extension, plural } from "./format.js";
import { Pick } from "./pick.js";
import { chosenOptions, startOptions } from "./options.js";
import { lasting } from "./storage.js";

const form = byId("compose");
const fileInput = byId("files");
const drop = byId("drop");
const list = byId("picks");
const artist = byId("artist");
const send = byId("send");

const pictureEndings = new Set(["jpg", "jpeg", "png", "webp", "tif", "tiff", "gif", "avif", "heic", "heif"]);
const isPicture = (file) => file.type.startsWith("image/") || pictureEndings.has(extension(file.name));

let picks = [];

function complain(place, field, sentence) {
  place.hidden = !sentence;
  setText(place, sentence);
  field.toggleAttribute("aria-invalid", false);
  if (sentence) {
    field.setAttribute("aria-invalid", "true");
  }
}

function refresh() {
  list.hidden = picks.length === 0;
  drop.classList.toggle("has-picks", picks.length > 0);
  setText(drop.querySelector("b"), picks.length > 0 ? "Add more pictures" : "Choose pictures");
  setText(send, picks.length > 1 ? `Protect ${picks.length} pictures` : "Protect");
}

function add(files) {
  const good = files.filter(isPicture);
  const others = files.filter((file) => !isPicture(file));
  complain(byId("files-error"), fileInput, others.length === 0 ? ""
    : others.length === 1 ? `${others[0].name} is not a picture.`
      : `${others.length} of these files are not pictures.`);
  for (const file of good) {
    const pick = new Pick(file);
    pick.addEventListener("removed", () => remove(pick));
    picks.push(pick);
    list.append(pick.element);
  }
  refresh();
  if (good.length > 0) {
    announce(`${plural(good.length, "picture")} added.`);
  }
}

function remove(pick) {
  const place = picks.indexOf(pick);
  picks.splice(place, 1);
  pick.element.remove();
  pick.release();
  refresh();
  announce(`${pick.file.name} removed.`);
  (picks[place] ?? picks[place - 1])?.removeButton.focus();
  if (picks.length === 0) {
    fileInput.focus();
  }
}

/** Marks what is missing; answers the first field that is wrong. */
function firstWrong() {
  const wrong = [];
  const check = (place, field, sentence) => {
    complain(place, field, sentence);
    if (sentence) {
      wrong.push(field);
    }
  };
  check(byId("files-error"), fileInput, picks.length === 0 ? "Choose at least one picture." : "");
  for (const pick of picks) {
    check(pick.error, pick.title, pick.title.value.trim() ? "" : "Give the picture a title.");
  }
  check(byId("artist-error"), artist, artist.value.trim() ? "" : "Say whose work it is.");
  const { field, sentence } = chosenOptions().wrong ?? {};
  check(byId("tags-error"), byId("tags"), field ? sentence : "");
  return wrong[0];
}

/** @param onSend called with a list of `{file, title, fields, preview}` */
export function startCompose(onSend) {
  artist.value = lasting.get("artist");
  startOptions();

  fileInput.addEventListener("change", () => {
    add([...fileInput.files]);
    // The same file may be chosen again after it was removed.
    fileInput.value = "";
  });

  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const dragging = (change) => {
    depth = change === 0 ? 0 : Math.max(0, depth + change);
    document.body.classList.toggle("dragging", depth > 0);
  };
  document.addEventListener("dragenter", (event) => carriesFiles(event) && dragging(1));
  document.addEventListener("dragleave", (event) => carriesFiles(event) && dragging(-1));
  document.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (carriesFiles(event)) {
      event.preventDefault();
      dragging(0);
      add([...event.dataTransfer.files]);
    }
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length > 0) {
      event.preventDefault();
      add(files);
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = firstWrong();
    if (wrong) {
      byId("options").open ||= byId("options").contains(wrong);
      wrong.focus();
      return;
    }
    const name = artist.value.trim();
    lasting.set("artist", name);
    const { fields } = chosenOptions();
    const sent = picks;
    picks = [];
    list.replaceChildren();
    refresh();
    onSend(sent.map((pick) => {
      const title = pick.title.value.trim();
      return { file: pick.file, title, preview: pick.preview, fields: [["artist_name", name], ["artwork_title", title], ...fields] };
    }));
  });
  refresh();
}
