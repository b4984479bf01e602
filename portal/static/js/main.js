// What makes the pages more comfortable. Each part looks for its own attribute; everything works without any of it.
import { offerSuggestions } from "./suggest.js";
import { saveDrafts } from "./drafts.js";
import { walkByKeys } from "./keys.js";
import { showNearby } from "./nearby.js";

for (const combo of document.querySelectorAll("[data-suggestions]")) offerSuggestions(combo);
for (const form of document.querySelectorAll("form[data-autosave]")) saveDrafts(form);
for (const form of document.querySelectorAll("form[data-nearby]")) showNearby(form);
for (const list of document.querySelectorAll("[data-keys]")) walkByKeys(list);

// What says which keys there are is for those who have them.
for (const note of document.querySelectorAll("[data-with-keys]")) note.hidden = false;

// A filter is applied as soon as it is chosen; its button is for those without JavaScript.
for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.querySelector("button:not([type])")?.setAttribute("hidden", "");
  form.addEventListener("change", () => form.requestSubmit());
}

// What is to be corrected is read first.
document.querySelector("[data-focus]")?.focus();
