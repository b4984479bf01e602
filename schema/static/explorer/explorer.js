// The console: puts the parts together.

import { editor } from "./editor.js";
import { forgetAll, remember, remembered } from "./history.js";
import { readSchema, redraw, show } from "./reference.js";
import { proofHeaders, proofPayload, readSession } from "./session.js";
import { coloured, operationsOf } from "./syntax.js";
import { language, say, speak } from "./texts.js";
import { ask, follow } from "./transport.js";

const MOST_MESSAGES = 200;
const TOKEN_KEPT_AS = "explorer-token";
const DRAFT_KEPT_AS = "explorer-draft";
const $ = (id) => document.getElementById(id);

const setQuery = editor($("query-editor"), "graphql", offerOperations);
const setVariables = editor($("variables-editor"), "json");
editor($("headers-editor"), "json");
let examples = [];
let stop = null;
let request = null;
let caller = null;
let lastStatus = ["ready"];

function tell(key, values = {}, failed = false) {
  lastStatus = [key, values, failed];
  $("status").textContent = say(key, values);
  $("status").classList.toggle("failed", failed);
}

// ---- who asks

function authorization() {
  const token = $("token").value.trim();
  return token ? `Bearer ${token}` : null;
}

// A token goes before the session.
function ownHeaders() {
  const bearer = authorization();
  return bearer ? { authorization: bearer } : proofHeaders();
}

function introduction() {
  const bearer = authorization();
  return bearer ? { authorization: bearer } : proofPayload();
}

function drawCaller() {
  if (!caller) return;
  const { refused, viewer } = caller;
  const signedIn = viewer?.subject && say("signedInAs", { subject: viewer.subject, roles: viewer.roles.join(", ") });
  $("caller").textContent = refused ? say("refused") : signedIn || say("public");
  $("caller").classList.toggle("failed", refused);
}

async function greet() {
  sessionStorage.setItem(TOKEN_KEPT_AS, $("token").value);
  // A refusal is expected here and no error of the page: with this media type it comes as an ordinary answer.
  const quietly = (body) => ask(body, { ...ownHeaders(), accept: "application/json" });
  const { status, content } = await quietly({ query: "{ viewer { subject roles } }" });
  caller = { refused: status === 401, viewer: content?.data?.viewer };
  drawCaller();
  await readSchema(quietly);
  redraw();
}

// ---- what is asked

function offerOperations() {
  const names = operationsOf($("query").value).map((operation) => operation.name).filter(Boolean);
  const select = $("operation");
  const chosen = select.value;
  select.replaceChildren(...names.map((name) => new Option(name, name)));
  if (names.includes(chosen)) select.value = chosen;
  $("operation-field").hidden = names.length < 2;
}

function jsonObject(id, complaint) {
  const text = $(id).value.trim();
  if (!text) return undefined;
  try {
    const value = JSON.parse(text);
    if (value && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // told below, as any other wrong value
  }
  tell(complaint, {}, true);
  $(id).focus();
  return null;
}

function asked() {
  const variables = jsonObject("variables", "badVariables");
  const headers = jsonObject("headers", "badHeaders");
  if (variables === null || headers === null) return null;
  const query = $("query").value;
  const operations = operationsOf(query);
  const operation = operations.length > 1 ? operations.find((one) => one.name === $("operation").value) : operations[0];
  const body = { query, ...(variables && { variables }), ...(operations.length > 1 && { operationName: operation?.name }) };
  return { body, headers: { ...headers, ...ownHeaders() }, kind: operation?.kind ?? "query" };
}

// ---- what comes back

function shownMessage(content, label) {
  const article = document.createElement("article");
  if (label) {
    const head = document.createElement("h3");
    head.textContent = label;
    article.append(head);
  }
  const text = document.createElement("pre");
  text.append(coloured(typeof content === "string" ? content : JSON.stringify(content, null, 2), "json"));
  article.append(text);
  return article;
}

function running(yes) {
  $("run").disabled = yes;
  $("stop").hidden = !yes;
  if (yes) $("messages").replaceChildren();
}

async function runOnce({ body, headers }) {
  request = new AbortController();
  running(true);
  stop = () => request.abort();
  tell("running");
  try {
    const { status, milliseconds, text, content } = await ask(body, headers, request.signal);
    const cost = content?.extensions?.cost;
    const bytes = new TextEncoder().encode(text).length;
    tell(cost === undefined ? "done" : "doneAtCost", { status, ms: milliseconds, bytes, cost }, status >= 400 || Boolean(content?.errors));
    $("messages").replaceChildren(shownMessage(content ?? text));
  } catch (error) {
    tell("failed", { reason: error.message }, true);
  }
  running(false);
}

function runOn({ body }) {
  let count = 0;
  running(true);
  tell("connecting");
  const finished = (key, values, failed) => {
    tell(key, { count, ...values }, failed);
    running(false);
  };
  stop = follow(body, introduction(), {
    started: () => tell("subscribed", { count }),
    next: (payload) => {
      count += 1;
      $("messages").prepend(shownMessage(payload, `${count} · ${new Date().toLocaleTimeString()}`));
      while ($("messages").childElementCount > MOST_MESSAGES) $("messages").lastElementChild.remove();
      tell("subscribed", { count });
    },
    failed: (errors) => {
      $("messages").prepend(shownMessage({ errors }));
      finished("ended", {}, true);
    },
    ended: () => finished("ended"),
    closed: (code, reason) => finished("closed", { code, reason }, true),
  });
}

function run() {
  if ($("run").disabled) return;
  const what = asked();
  if (!what) return;
  remember({ query: what.body.query, variables: $("variables").value, at: Date.now() });
  drawHistory();
  if (what.kind === "subscription") runOn(what);
  else runOnce(what);
}

// ---- examples and history

function card(title, note, chosen) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  const head = document.createElement("strong");
  head.textContent = title;
  const more = document.createElement("small");
  more.textContent = note;
  button.append(head, more);
  button.addEventListener("click", () => {
    setQuery(chosen.query);
    setVariables(chosen.variables);
    $("query").focus();
  });
  item.append(button);
  return item;
}

function drawExamples() {
  $("examples").replaceChildren(...examples.map((one) => card(one[language()], one[language() === "zh" ? "en" : "zh"], one)));
}

function drawHistory() {
  const runs = remembered();
  const empty = document.createElement("li");
  empty.textContent = say("noHistory");
  const title = (query) => operationsOf(query)[0]?.name ?? query.replace(/\s+/g, " ").trim().slice(0, 60);
  $("history").replaceChildren(...(runs.length ? runs.map((one) => card(title(one.query), new Date(one.at).toLocaleString(), one)) : [empty]));
}

// ---- the page

function openTab(tab, focus = false) {
  for (const other of document.querySelectorAll("[role=tab]")) {
    const open = other === tab;
    other.setAttribute("aria-selected", String(open));
    other.tabIndex = open ? 0 : -1;
    $(other.getAttribute("aria-controls")).hidden = !open;
  }
  if (focus) tab.focus();
}

function wireTabs() {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => openTab(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) openTab(tabs[(at + step + tabs.length) % tabs.length], true);
    });
  }
}

function turnTo(chosen) {
  speak(chosen);
  $("portal").href = `/${chosen}/api`;
  tell(...lastStatus);
  drawCaller();
  drawExamples();
  drawHistory();
  redraw();
}

async function start() {
  $("token").value = sessionStorage.getItem(TOKEN_KEPT_AS) ?? "";
  examples = await (await fetch("/explorer/examples.json")).json();
  await readSession();
  turnTo(language());
  // The portal's page about the API links to each example by its number, from 1.
  const linked = examples[Number(new URLSearchParams(location.search).get("example")) - 1];
  const draft = linked ?? JSON.parse(localStorage.getItem(DRAFT_KEPT_AS) ?? "null") ?? examples[0];
  setQuery(draft.query);
  setVariables(draft.variables);
  wireTabs();
  $("run").addEventListener("click", run);
  $("stop").addEventListener("click", () => stop?.());
  $("token").addEventListener("change", greet);
  $("search").addEventListener("input", redraw);
  $("forget").addEventListener("click", () => {
    forgetAll();
    drawHistory();
  });
  for (const chosen of ["zh", "en"]) $(chosen).addEventListener("click", () => turnTo(chosen));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });
  addEventListener("pagehide", () => localStorage.setItem(DRAFT_KEPT_AS, JSON.stringify({ query: $("query").value, variables: $("variables").value })));
  await greet();
  show();
}

start();
