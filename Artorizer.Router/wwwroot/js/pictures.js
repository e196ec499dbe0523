// Where pictures on the page come from.

import { access, address, artifactPath, getArtifact, key } from "./api.js";
import { element } from "./dom.js";

// One pixel. Browsers that show TIFF also show HEIC; the others show neither.
const tiffProbe = "data:image/tiff;base64,SUkqAAgAAAAJAAABBAABAAAAAQAAAAEBBAABAAAAAQAAAAIBAwABAAAACAAAAAMBAwABAAAAAQAAAAYB"
  + "AwABAAAAAQAAABEBBAABAAAAegAAABYBBAABAAAAAQAAABcBBAABAAAAAQAAABwBAwABAAAAAQAAAAAAAAD/";

const rare = new Set(["tiff", "tif", "heic", "heif"]);
let showsRare = null;

/** Whether this browser can show pictures of a format such as "jpeg" or "tiff". */
export async function canShow(format) {
  if (!rare.has(format)) {
    return true;
  }
  showsRare ??= element("img", { src: tiffProbe }).decode().then(() => true, () => false);
  return showsRare;
}

const kept = new Map();

/** An address for an `<img>`. An image element cannot send a key, so with a key the bytes are fetched first. */
export async function pictureAddress(jobId, variant) {
  const path = artifactPath(jobId, variant);
  if (!key()) {
    return address(path);
  }
  if (!kept.has(path)) {
    kept.set(path, getArtifact(jobId, variant).then(URL.createObjectURL));
    kept.get(path).catch(() => kept.delete(path));
  }
  return kept.get(path);
}

/** Lets go of what was fetched for a job. */
export function forgetPictures(jobId) {
  const start = artifactPath(jobId, "");
  for (const [path, blob] of kept) {
    if (path.startsWith(start)) {
      kept.delete(path);
      blob.then(URL.revokeObjectURL, () => {});
    }
  }
}

access.addEventListener("changed", () => kept.clear());

/** Sets a thumbnail; where the picture cannot be shown, the letters of its kind stand in. */
export function setThumb(holder, source, kind = "") {
  const image = holder.querySelector("img");
  holder.querySelector(".thumb-kind").textContent = kind;
  image.classList.remove("broken");
  image.onerror = () => image.classList.add("broken");
  if (source) {
    image.src = source;
  } else {
    image.removeAttribute("src");
  }
}

/** Saves an artifact under its own name. Only needed with a key: else a plain link does it. */
export async function saveArtifact(jobId, variant, name) {
  const href = URL.createObjectURL(await getArtifact(jobId, variant));
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
