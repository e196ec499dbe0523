// A picture on its way to the server, as a card above the jobs.

import { fromTemplate, setText, showNotice } from "./dom.js";
import { bytes, extension } from "./format.js";
import { setThumb } from "./pictures.js";

const states = {
  waiting: () => "Waiting for the others",
  sending: ({ file, sent }) => `Sending · ${bytes(file.size * sent)} of ${bytes(file.size)}`,
  sent: () => "Sent; waiting for the server’s answer",
  pausing: ({ pauseMs }) => `The server is busy. Sending again in ${Math.ceil(pauseMs / 1000)} s`,
  failed: () => "Not sent",
  cancelled: () => "Cancelled",
  accepted: () => "Accepted",
};

export class UploadCard {
  constructor(upload, preview) {
    this.upload = upload;
    this.preview = preview;
    this.element = fromTemplate("upload-template");
    this.title = this.element.querySelector(".card-title");
    this.title.textContent = upload.title;
    this.cancelButton = this.#button(".cancel", "Cancel", () => upload.cancel());
    this.retryButton = this.#button(".retry", "Try again", () => {
      this.title.focus();
      upload.start();
    });
    setThumb(this.element.querySelector(".thumb"), preview, extension(upload.file.name));
    upload.addEventListener("change", () => this.#show());
    this.#show();
  }

  #button(selector, name, act) {
    const button = this.element.querySelector(selector);
    button.setAttribute("aria-label", `${name}: ${this.upload.title}`);
    button.addEventListener("click", act);
    return button;
  }

  #show() {
    const { upload, element } = this;
    const failed = upload.state === "failed";
    setText(element.querySelector(".card-sub"), states[upload.state](upload));
    const bar = element.querySelector(".bar");
    bar.value = upload.sent * 100;
    bar.setAttribute("aria-label", `${upload.title}: sent`);
    bar.toggleAttribute("data-over", failed);
    this.retryButton.hidden = !failed || !upload.problem.isWorthRetrying;
    setText(this.cancelButton, failed ? "Dismiss" : "Cancel");
    this.cancelButton.setAttribute("aria-label", `${failed ? "Dismiss" : "Cancel"}: ${upload.title}`);
    showNotice(element.querySelector(".notice"), failed ? upload.problem : null);
  }
}
