// The audits of GraphQL over HTTP against the address given, with the token given, as one line of JSON.
import { auditServer } from "graphql-http";

const [url, token] = process.argv.slice(2);
// A query by GET is run for a client that names what it takes, as GraphQL's clients do; a bare link is not one.
const accept = "application/graphql-response+json";
const named = (init) => (init?.method ?? "GET") === "GET" ? { accept, ...init?.headers } : init.headers;
const signedIn = (to, init) => fetch(to, { ...init, headers: { ...named(init), authorization: `Bearer ${token}` } });
const results = await auditServer({ url, fetchFn: signedIn });
const told = results.map(({ id, name, status, reason }) => ({ id, name, status, reason: reason ?? null }));
console.log(JSON.stringify(told));
