// One picture on the sheet, not sent yet.

import { fromTemplate } from "./dom.js";
import { bytes, extension, titleFromFile } from "./format.js";
import { setThumb } from "./pictures.js";

let count = 0;

export class Pick extends EventTarget {
  constructor(file) {
    super();
    const id = `pick-${++count}`;
    this.file = file;
    this.preview = URL.createObjectURL(file);
    this.element = fromTemplate("pick-template");
    this.title = this.element.querySelector("input");
    this.error = this.element.querySelector(".error");
    this.removeButton = this.element.querySelector(".pick-remove");

    const label = this.element.querySelector(".pick-label");
    label.htmlFor = this.title.id = id;
    label.append("Title");
    this.error.id = `${id}-error`;
    const about = this.element.querySelector(".pick-file");
    about.id = `${id}-file`;
    about.textContent = `${file.name} · ${bytes(file.size)}`;
    this.title.setAttribute("aria-describedby", `${about.id} ${this.error.id}`);
    this.title.value = titleFromFile(file.name);
    this.removeButton.setAttribute("aria-label", `Remove ${file.name}`);
    this.removeButton.addEventListener("click", () => this.dispatchEvent(new Event("removed")));
    setThumb(this.element.querySelector(".thumb"), this.preview, extension(file.name));
  }

  release() {
    URL.revokeObjectURL(this.preview);
  }
}
