// Walks a list by keys: j and k move between its entries, Enter follows the entry's first link, as links do by themselves;
// o opens the first link also where an entry begins with a box to tick, and x ticks that box.
// Never while someone types, and never together with a modifier.

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export function walkByKeys(list) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const entry = [...list.children].find((one) => one.contains(document.activeElement));
    if (event.key === "o") entry?.querySelector("a")?.click();
    if (event.key === "x") entry?.querySelector("input[type=checkbox]")?.click();
    if (event.key !== "j" && event.key !== "k") return;
    const links = [...list.children].map((entry) => entry.querySelector("a, button, input")).filter(Boolean);
    const now = links.findIndex((link) => link.closest("li, tr")?.contains(document.activeElement));
    const next = Math.min(Math.max(now + (event.key === "j" ? 1 : -1), 0), links.length - 1);
    links[next]?.focus();
  });
}
