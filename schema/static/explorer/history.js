// What was run lately, kept in this browser only. Tokens and headers are not kept.

const KEPT_AS = "explorer-history";
const MOST = 30;

export function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT_AS) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** Puts a run on top; the same query and variables again take the place of the older one. */
export function remember(run) {
  const others = remembered().filter((old) => old.query !== run.query || old.variables !== run.variables);
  localStorage.setItem(KEPT_AS, JSON.stringify([run, ...others].slice(0, MOST)));
}

export function forgetAll() {
  localStorage.removeItem(KEPT_AS);
}
