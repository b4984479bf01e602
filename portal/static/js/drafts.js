// Keeps a form as a draft while someone fills it in: data-autosave names where it is sent, as the form itself would be.
// The answer is JSON: {"saved": a sentence to show in [data-autosave-state], "fields": values that the next one carries}.

const PAUSE = 2000;

export function saveDrafts(form) {
  const state = form.querySelector("[data-autosave-state]");
  let waiting = 0;
  let saving = null;
  let again = false;

  const save = async () => {
    if (saving) {
      again = true;
      return;
    }
    saving = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: saving });
      const told = await answer.json();
      for (const [name, value] of Object.entries(told.fields ?? {})) {
        const field = form.elements.namedItem(name);
        if (field) field.value = value;
      }
      if (state) state.textContent = told.saved ?? "";
    } catch {
      // The form can still be sent by its button.
    }
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
  form.addEventListener("submit", () => clearTimeout(waiting));
}
