// A text area over its own coloured copy; Tab indents, Escape lets Tab leave.

import { coloured } from "./syntax.js";

const INDENT = "  ";

/** Makes the text area inside `frame` an editor for `kind` ("graphql" or "json"); returns a way to set its text. */
export function editor(frame, kind, changed = () => {}) {
  const area = frame.querySelector("textarea");
  const copy = frame.querySelector("pre");
  let leaving = false;

  const paint = () => {
    copy.replaceChildren(coloured(area.value, kind), "\n");
    changed();
  };
  const follow = () => {
    copy.scrollTop = area.scrollTop;
    copy.scrollLeft = area.scrollLeft;
  };
  area.addEventListener("input", paint);
  area.addEventListener("scroll", follow);
  area.addEventListener("blur", () => (leaving = false));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key === "Tab" && !leaving) {
      event.preventDefault();
      shift(area, event.shiftKey);
      paint();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      continueIndent(area);
      paint();
      follow();
    } else if (event.key !== "Shift") leaving = false;
  });
  paint();
  return (text) => {
    area.value = text;
    paint();
  };
}

/** Replaces the selection, so that the browser's own undo knows of it. */
function insert(area, text) {
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

function shift(area, outwards) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  if (start === end && !outwards) {
    insert(area, INDENT);
    return;
  }
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const lines = value.slice(from, end).split("\n");
  const moved = lines.map((line) => (outwards ? line.replace(/^ {1,2}/, "") : INDENT + line)).join("\n");
  area.setSelectionRange(from, end);
  insert(area, moved);
  area.setSelectionRange(from, from + moved.length);
}

function continueIndent(area) {
  const before = area.value.slice(0, area.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = line.match(/^ */)[0] + (/[{([]\s*$/.test(line) ? INDENT : "");
  insert(area, `\n${indent}`);
}
