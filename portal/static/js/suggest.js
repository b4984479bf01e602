// A combobox over a search box (WAI-ARIA, "list autocomplete with manual selection"): data-suggestions names who is asked.

const PAUSE = 150;
let counted = 0;

export function offerSuggestions(combo) {
  const input = combo.querySelector("input");
  const list = document.createElement("ul");
  const told = document.createElement("span");
  list.className = "offers";
  list.id = `offers-${(counted += 1)}`;
  list.role = "listbox";
  list.hidden = true;
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  told.className = "unseen";
  told.role = "status";
  combo.append(list, told);
  input.role = "combobox";
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");

  let offers = [];
  let chosen = -1;
  let waiting = 0;
  let asked = null;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[place].id);
  };

  const take = (place) => {
    const offer = offers[place];
    close();
    if (offer.to) window.location.assign(offer.to);
    else {
      input.value = offer.text;
      input.form.requestSubmit();
    }
  };

  const show = () => {
    list.replaceChildren(
      ...offers.map((offer, place) => {
        const item = document.createElement("li");
        const kind = document.createElement("small");
        item.id = `${list.id}-${place}`;
        item.role = "option";
        item.setAttribute("aria-selected", "false");
        kind.textContent = offer.kind;
        item.append(offer.text, kind);
        // Before the box loses the focus, which would close the list.
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => take(place));
        return item;
      }),
    );
    list.hidden = offers.length === 0;
    chosen = -1;
    input.setAttribute("aria-expanded", String(offers.length > 0));
    told.textContent = offers.length ? `${combo.dataset.suggestionsCount} ${offers.length}` : "";
  };

  const ask = async () => {
    asked?.abort();
    const typed = input.value.trim();
    if (!typed) return close();
    asked = new AbortController();
    try {
      const url = `${combo.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(url, { signal: asked.signal, headers: { accept: "application/json" } });
      offers = answer.ok ? await answer.json() : [];
      show();
    } catch {
      // Without suggestions the box is still a search box.
    }
  };

  input.addEventListener("input", (event) => {
    // A word that an input method is still composing is no word yet.
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    const last = offers.length - 1;
    if (event.key === "ArrowDown") choose(chosen === last ? -1 : chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen === -1 ? last : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else return;
    event.preventDefault();
  });
}
