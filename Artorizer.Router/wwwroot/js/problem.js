// Every failure becomes a sentence and what to do about it.

const imageAdvice = "Open it in your editor, export it again as JPEG, PNG or WebP, and send that.";

const advices = {
  0: "Check your connection, then try again.",
  400: "Correct it, then send the picture again.",
  401: "Enter your API key at the top of the page.",
  404: "It may have been deleted, or kept past its time.",
  409: "Wait until the work is finished.",
  413: "Export the picture smaller, or with stronger compression.",
  415: "Export the picture as JPEG, PNG or WebP.",
  429: "Wait a moment, then try again.",
  503: "Wait a moment, then try again.",
  507: "Whoever runs the server has to make room. What was accepted is safe.",
};

const unforeseen = "Try again. If it stays, tell whoever runs the server.";

const fallbacks = {
  0: "The server could not be reached.",
  401: "The server asks for an API key.",
  403: "The server does not allow this.",
  404: "The server does not know this.",
  413: "The picture is too large for this server.",
  429: "Too many requests at once.",
  503: "The server is busy.",
  507: "The server’s disk is full.",
};

const jobAdvices = {
  invalid_image: imageAdvice,
  unsupported_format: "Export the picture as JPEG, PNG or WebP, an animation as WebP or GIF, and send it again.",
  too_many_pixels: "Export a smaller version, and send that.",
  unsupported_text: "Choose a text in letters that the server has, and send it again.",
  invalid_option: "Send it again with other options.",
  timed_out: "Try again when the server is less busy, or send a smaller version.",
  original_missing: "Send the picture again.",
  cancelled: "Nothing was kept.",
};

/** A request that did not get what it asked for. The body is a problem (RFC 9457) with a short `error` and a `detail`. */
export class Problem extends Error {
  constructor(status, body, retryAfter = "") {
    const told = status === 401 ? null : body;
    super(told?.error || told?.title || fallbacks[status] || `The server answered with an error (${status}).`);
    this.name = "Problem";
    this.status = status;
    this.sentence = ended(this.message);
    const detail = told?.detail && told.detail !== told.error ? ended(told.detail) : "";
    const advice = told?.field === "image" ? imageAdvice : advices[status] ?? (status >= 500 ? unforeseen : "");
    this.advice = [detail, advice].filter(Boolean).join(" ");
    this.retryAfterMs = retryDelay(retryAfter);
  }

  get isBusy() {
    return this.status === 429 || this.status === 503;
  }

  /** Whether the same request may succeed later, or once a key is given. */
  get isWorthRetrying() {
    return this.status <= 0 || this.status >= 500 || this.status === 429 || this.wantsKey;
  }

  get wantsKey() {
    return this.status === 401 || this.status === 403;
  }
}

const ended = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** Any thrown value as something that can be shown. */
export function asProblem(error) {
  if (error instanceof Problem) {
    return error;
  }
  // fetch reports every network failure as a TypeError.
  return error instanceof TypeError
    ? new Problem(0)
    : new Problem(-1, { error: "Something went wrong in this page.", detail: "Reload it, and try again." });
}

/** Why a job failed, with what its owner can do. */
export function jobProblem(error) {
  const sentence = error?.message || "The work failed for an unknown reason.";
  return { sentence, advice: jobAdvices[error?.code] ?? unforeseen };
}

/** Retry-After is seconds or a date (RFC 9110 §10.2.3). */
function retryDelay(value) {
  if (!value) {
    return 0;
  }
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
