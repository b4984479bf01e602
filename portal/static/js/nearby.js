// Shows what others reported while someone writes: data-nearby names who is asked, with the form's own fields, by POST, for
// what is typed stands in no address. The answer is a part of the page.

const PAUSE = 700;
const FIELDS = ["title", "description", "category"];

export function showNearby(form) {
  const list = form.querySelector("[data-nearby-list]");
  form.querySelector("[data-nearby-beside]")?.removeAttribute("hidden");
  let waiting = 0;
  let asked = null;

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.nearby, { method: "POST", body, signal: asked.signal });
      if (!answer.ok) return;
      const part = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.replaceChildren(...part.body.childNodes);
    } catch {
      // The report can be written without it.
    }
  };

  form.addEventListener("input", (event) => {
    if (event.isComposing || !FIELDS.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
}
