// Web storage that is allowed to be missing: a browser may block it, and the page works without.

function guarded(pick) {
  return {
    get(name) {
      try {
        return pick().getItem(`artorizer.${name}`) ?? "";
      } catch {
        return "";
      }
    },
    set(name, value) {
      try {
        if (value) {
          pick().setItem(`artorizer.${name}`, value);
        } else {
          pick().removeItem(`artorizer.${name}`);
        }
      } catch {
        // Nothing is kept, then.
      }
    },
  };
}

export const lasting = guarded(() => localStorage);
export const forThisTab = guarded(() => sessionStorage);
