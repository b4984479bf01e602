// Who is signed in with this browser, and the way in and out.

const $ = (id) => document.getElementById(id);
let session = null;

/** Reads the session anew, and offers to sign in or out. */
export async function readSession() {
  const response = await fetch("/sign-in/session", { credentials: "same-origin" });
  const { offered, session: found } = await response.json();
  session = found;
  $("sign-in").hidden = !offered || Boolean(session);
  $("sign-out").hidden = !session;
  $("sign-out").querySelector("input")?.remove();
  if (session) {
    const token = document.createElement("input");
    Object.assign(token, { type: "hidden", name: "csrf_token", value: session.csrfToken });
    $("sign-out").append(token);
  }
}

/** Proof that our own page asks, which the cookie alone is not. */
export function proofHeaders() {
  return session ? { "x-csrf-token": session.csrfToken } : {};
}

/** The same for a WebSocket. */
export function proofPayload() {
  return session ? { csrfToken: session.csrfToken } : {};
}
