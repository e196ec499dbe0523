const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

export function bytes(count) {
  if (!Number.isFinite(count)) {
    return "";
  }
  const units = ["bytes", "kB", "MB", "GB"];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) {
    count /= 1000;
    unit++;
  }
  return `${number.format(count)} ${units[unit]}`;
}

export function duration(milliseconds) {
  if (!Number.isFinite(milliseconds)) {
    return "";
  }
  if (milliseconds < 10) {
    return `${number.format(milliseconds)} ms`;
  }
  if (milliseconds < 1000) {
    return `${Math.round(milliseconds)} ms`;
  }
  if (milliseconds < 60_000) {
    return `${number.format(milliseconds / 1000)} s`;
  }
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

export function time(iso) {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : moment.format(at);
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** "watermark_embed" → "Watermark embed". */
export function words(name) {
  const spaced = name.replaceAll(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** What a picture is called before its artist says otherwise. */
export function titleFromFile(name) {
  const title = name.replace(/\.[^.]{1,5}$/, "").replaceAll(/[_\s]+/g, " ").trim();
  return title.slice(0, 200) || "Untitled";
}

export function extension(name) {
  return /\.([^./]{1,5})$/.exec(name)?.[1].toLowerCase() ?? "";
}
