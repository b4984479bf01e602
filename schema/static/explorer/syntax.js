// Cutting GraphQL and JSON into coloured pieces, and finding the operations of a document.

const GRAPHQL = /(#[^\n]*)|("""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?)|(\$[A-Za-z_]\w*)|(@[A-Za-z_]\w*)|(-?\d[\d.eE+-]*)|([A-Za-z_]\w*)|([{}()[\]:!|=&]|\.\.\.)|(\s+|.)/g;
const GRAPHQL_KINDS = ["comment", "text", "variable", "directive", "number", "name", "mark", "blank"];
const JSON_PIECES = /("(?:\\.|[^"\\])*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(\btrue\b|\bfalse\b|\bnull\b)|([{}[\],:])|(\s+|.)/g;
const WORDS = new Set(["query", "mutation", "subscription", "fragment", "on", "true", "false", "null"]);
// Past this length colouring would make typing and scrolling slow.
const MOST_COLOURED = 200_000;

function* graphqlPieces(text) {
  for (const match of text.matchAll(GRAPHQL)) {
    const kind = GRAPHQL_KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    yield [kind === "name" && WORDS.has(match[0]) ? "word" : kind, match[0]];
  }
}

function* jsonPieces(text) {
  for (const [whole, string, colon, number, word, mark] of text.matchAll(JSON_PIECES)) {
    if (string !== undefined) {
      yield [colon ? "key" : "text", string];
      if (colon) yield ["mark", colon];
    } else if (number !== undefined) yield ["number", whole];
    else if (word !== undefined) yield ["word", whole];
    else yield [mark === undefined ? "blank" : "mark", whole];
  }
}

const PIECES = { graphql: graphqlPieces, json: jsonPieces };

/** The text as a fragment of coloured spans; built from nodes, never from markup. */
export function coloured(text, kind) {
  const fragment = document.createDocumentFragment();
  if (text.length > MOST_COLOURED) {
    fragment.append(text);
    return fragment;
  }
  for (const [piece, value] of PIECES[kind](text)) {
    if (piece === "blank") {
      fragment.append(value);
      continue;
    }
    const span = document.createElement("span");
    span.className = `is-${piece}`;
    span.textContent = value;
    fragment.append(span);
  }
  return fragment;
}

/** The document's operations in order: [{kind, name}], name null for an anonymous one. */
export function operationsOf(text) {
  const found = [];
  let depth = 0;
  let pending = null;
  for (const [piece, value] of graphqlPieces(text)) {
    if (piece === "comment" || piece === "text" || piece === "blank") continue;
    if (depth === 0 && piece === "word" && ["query", "mutation", "subscription", "fragment"].includes(value)) {
      pending = { kind: value, name: null };
    } else if (depth === 0 && pending && pending.name === null && (piece === "name" || piece === "word")) {
      pending.name = value;
    } else if (value === "{" || value === "(" || value === "[") {
      if (value === "{" && depth === 0) {
        const operation = pending ?? { kind: "query", name: null };
        if (operation.kind !== "fragment") found.push(operation);
        pending = null;
      }
      depth += 1;
    } else if (value === "}" || value === ")" || value === "]") {
      depth = Math.max(0, depth - 1);
    }
  }
  return found;
}
