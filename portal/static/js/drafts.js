// Keeps a form as a draft while someone fills it in: data-autosave names where it is sent, as the form itself would be.
// The answer is JSON: {"saved": a sentence to show in [data-autosave-state], "fields": values that the next one carries}.

const PAUSE = 2000;
const LONGEST = 10000;

export function saveDrafts(form) {
  const state = form.querySelector("[data-autosave-state]");
  let waiting = 0;
  let saving = null;
  let again = false;

  const keep = async () => {
    const body = new URLSearchParams(new FormData(form));
    try {
      const signal = AbortSignal.timeout(LONGEST);
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, signal });
      const told = await answer.json();
      for (const [name, value] of Object.entries(told.fields ?? {})) {
        const field = form.elements.namedItem(name);
        if (field) field.value = value;
      }
      if (state) state.textContent = told.saved ?? "";
    } catch {
      // The form can still be sent by its button.
    }
  };

  const save = async () => {
    if (saving) {
      again = true;
      return;
    }
    saving = keep();
    await saving;
    saving = null;
    if (again) {
      again = false;
      await save();
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(waiting);
    again = false;
    if (!saving) return;
    // What is being kept gives the draft a version that the form has to name.
    event.preventDefault();
    await saving;
    form.requestSubmit(event.submitter);
  });
}
