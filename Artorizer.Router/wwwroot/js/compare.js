// Original and protected on one picture, with a divide that mouse, finger and keyboard move.

import { fromTemplate } from "./dom.js";
import { canShow, pictureAddress } from "./pictures.js";

/**
 * @param job.id, job.title
 * @param job.formats the formats of original and protected file, such as "jpeg"
 * @param preview the thumbnail, already loaded; it gives the shape before the large pictures arrive
 */
export function compareView(job, preview) {
  const figure = fromTemplate("compare-template");
  const frame = figure.querySelector(".frame");
  const before = figure.querySelector(".before");
  const after = figure.querySelector(".after");
  const range = figure.querySelector(".wipe-range");
  const caption = figure.querySelector("figcaption");

  range.setAttribute("aria-label", `Compare ${job.title}: how much of the original is shown`);
  const place = () => {
    figure.style.setProperty("--at", `${range.value}%`);
    range.setAttribute("aria-valuetext", `${range.value} % original, ${100 - range.value} % protected`);
  };
  range.addEventListener("input", place);
  place();

  const shape = (width, height) => width && height && frame.style.setProperty("--ratio", width / height);
  shape(preview.naturalWidth, preview.naturalHeight);

  const showStill = (sentence) => {
    figure.dataset.still = "";
    after.src = preview.src;
    after.alt = `${job.title}, preview`;
    frame.dataset.ready = "";
    caption.textContent = sentence;
  };

  const showPair = async () => {
    before.src = await pictureAddress(job.id, "original");
    after.src = await pictureAddress(job.id, "protected");
    await Promise.all([before.decode(), after.decode()]);
    shape(after.naturalWidth, after.naturalHeight);
    before.alt = `${job.title}, original`;
    after.alt = `${job.title}, protected`;
    range.disabled = false;
    frame.dataset.ready = "";
    caption.textContent = "Drag across the picture, or use the arrow keys.";
  };

  const show = async () => {
    const formats = [job.formats.original, job.formats.protected].filter(Boolean);
    const shown = await Promise.all(formats.map(canShow));
    const missing = formats.find((_, i) => !shown[i]);
    if (missing) {
      showStill(`Browsers cannot show ${missing.toUpperCase()} pictures, so this is a preview. Download the files to compare them in full.`);
      return;
    }
    try {
      await showPair();
    } catch {
      before.removeAttribute("src");
      showStill("This browser could not show the pictures, so this is a preview. Download the files to compare them in full.");
    }
  };
  show();
  return figure;
}
