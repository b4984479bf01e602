// The audits of GraphQL over HTTP against the address given, with the token given, as one line of JSON.
import { auditServer } from "graphql-http";

const [url, token] = process.argv.slice(2);
const signedIn = (to, init) => fetch(to, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } });
const results = await auditServer({ url, fetchFn: signedIn });
const told = results.map(({ id, name, status, reason }) => ({ id, name, status, reason: reason ?? null }));
console.log(JSON.stringify(told));
