// The schema's reference: read by introspection, searched by name and description, one page a type.

import { say } from "./texts.js";

const INTROSPECTION = `query Reference {
  __schema {
    queryType { name } mutationType { name } subscriptionType { name }
    types {
      kind name description
      fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { ...Input } type { ...Type } }
      inputFields { ...Input }
      enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
      interfaces { name } possibleTypes { name }
    }
  }
}
fragment Input on __InputValue { name description defaultValue type { ...Type } }
fragment Type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`;

const GROUPS = { OBJECT: "objects", INTERFACE: "interfaces", UNION: "objects", INPUT_OBJECT: "inputTypes", ENUM: "enums", SCALAR: "scalars" };
const MOST_FOUND = 60;

let types = new Map();
let roots = [];
let readings = 0;

/** Reads the schema through `ask`; answers whether the caller may. */
export async function readSchema(ask) {
  const reading = ++readings;
  const { content } = await ask({ query: INTROSPECTION });
  // An answer to who asked before comes too late to be shown.
  if (reading !== readings) return false;
  const schema = content?.data?.__schema;
  types = new Map();
  roots = [];
  if (!schema) return false;
  for (const type of schema.types) if (!type.name.startsWith("__")) types.set(type.name, type);
  roots = [schema.queryType, schema.mutationType, schema.subscriptionType].filter(Boolean).map((type) => type.name);
  return true;
}

function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "class") made.className = value;
    else if (name === "click") made.addEventListener("click", value);
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function innermost(type) {
  return type.ofType ? innermost(type.ofType) : type.name;
}

function typed(type) {
  if (type.kind === "NON_NULL") return [...typed(type.ofType), "!"];
  if (type.kind === "LIST") return ["[", ...typed(type.ofType), "]"];
  return [link(type.name)];
}

function link(name, label = name) {
  return element("button", { type: "button", class: "type", click: () => show(name) }, label);
}

const described = (text) => (text ? element("p", { class: "description" }, text) : null);
const heading = (text) => element("h3", {}, text);

function input(value) {
  const notes = [value.type.kind === "NON_NULL" && value.defaultValue === null ? say("required") : null, value.defaultValue === null ? null : say("defaultsTo", { value: value.defaultValue })].filter(Boolean);
  return element("li", {}, element("code", {}, element("b", {}, value.name), ": ", ...typed(value.type)), notes.length ? element("small", {}, ` ${notes.join(" · ")}`) : null, described(value.description));
}

function field(value) {
  const inputs = value.args ?? [];
  return element(
    "li",
    { id: `field-${value.name}` },
    element("code", {}, element("b", {}, value.name), ": ", ...typed(value.type)),
    described(value.description),
    inputs.length ? element("ul", { class: "arguments", "aria-label": say("arguments") }, ...inputs.map(input)) : null,
  );
}

function page(type) {
  const users = [...types.values()].filter((other) => [...(other.fields ?? []), ...(other.inputFields ?? [])].some((f) => innermost(f.type) === type.name || (f.args ?? []).some((a) => innermost(a.type) === type.name)));
  const names = (list) => element("p", { class: "names" }, ...list.flatMap((name, at) => (at ? [" · ", link(name)] : [link(name)])));
  return [
    element("nav", { class: "crumbs" }, element("button", { type: "button", class: "type", click: () => show() }, say("home")), ` › ${type.name}`),
    element("h2", {}, type.name),
    described(type.description),
    ...(type.interfaces?.length ? [heading(say("implements")), names(type.interfaces.map((i) => i.name))] : []),
    ...(type.fields?.length ? [heading(say("fields")), element("ul", { class: "fields" }, ...type.fields.map(field))] : []),
    ...(type.inputFields?.length ? [heading(say("inputs")), element("ul", { class: "fields" }, ...type.inputFields.map(input))] : []),
    ...(type.enumValues?.length ? [heading(say("values")), element("ul", { class: "fields" }, ...type.enumValues.map((v) => element("li", {}, element("code", {}, element("b", {}, v.name)), described(v.description))))] : []),
    ...(type.possibleTypes?.length ? [heading(say("possible")), names(type.possibleTypes.map((t) => t.name))] : []),
    ...(users.length && !roots.includes(type.name) ? [heading(say("usedBy")), names(users.map((t) => t.name))] : []),
  ];
}

function contents() {
  if (!types.size) {
    return [element("p", { class: "notice" }, say("noSchema"), " ", element("a", { href: "/schema.graphql" }, say("schemaText")))];
  }
  const groups = new Map([["roots", roots]]);
  for (const type of types.values()) {
    if (roots.includes(type.name)) continue;
    const group = GROUPS[type.kind];
    groups.set(group, [...(groups.get(group) ?? []), type.name]);
  }
  const order = ["roots", "objects", "interfaces", "inputTypes", "enums", "scalars"].filter((group) => groups.get(group)?.length);
  return order.flatMap((group) => [
    heading(say(group)),
    element("ul", { class: "index" }, ...(group === "roots" ? groups.get(group) : groups.get(group).sort()).map((name) => element("li", {}, link(name)))),
  ]);
}

function results(text) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  const consider = (type, name, description) => {
    const hay = `${name} ${description ?? ""}`.toLowerCase();
    if (wanted.every((word) => hay.includes(word))) found.push([name.toLowerCase().includes(wanted[0]) ? 0 : 1, type, name, description]);
  };
  for (const type of types.values()) {
    consider(type.name, type.name, type.description);
    for (const f of [...(type.fields ?? []), ...(type.inputFields ?? []), ...(type.enumValues ?? [])]) {
      consider(type.name, `${type.name}.${f.name}`, f.description);
      for (const a of f.args ?? []) consider(type.name, `${type.name}.${f.name}(${a.name})`, a.description);
    }
  }
  if (!found.length) return [element("p", { class: "notice" }, say("nothingFound", { text }))];
  found.sort((a, b) => a[0] - b[0] || a[2].length - b[2].length);
  return [element("ul", { class: "fields" }, ...found.slice(0, MOST_FOUND).map(([, type, name, description]) => element("li", {}, link(type, name), described(description))))];
}

let shown;

/** Shows a type's page, or the contents. */
export function show(name) {
  shown = name;
  document.getElementById("search").value = "";
  const place = document.getElementById("reference");
  const type = types.get(name);
  place.replaceChildren(...(type ? page(type) : contents()));
  place.scrollTop = 0;
  if (type) place.focus();
}

/** Draws what the search box asks for, or else the present page: as the text, the schema or the language changes. */
export function redraw() {
  const text = document.getElementById("search").value.trim();
  const type = types.get(shown);
  const drawn = text && types.size ? results(text) : type ? page(type) : contents();
  document.getElementById("reference").replaceChildren(...drawn);
}
