// Asking the API: one answer over HTTP, many over a WebSocket (graphql-transport-ws).

const PATH = "/graphql";

/** One operation over HTTP: {status, milliseconds, text, content}. Rejects when there is no answer at all. */
export async function ask(body, headers, signal) {
  const started = performance.now();
  const response = await fetch(PATH, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json;q=0.9", ...headers },
    body: JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  const milliseconds = Math.round(performance.now() - started);
  let content = null;
  try {
    content = JSON.parse(text);
  } catch {
    content = null;
  }
  return { status: response.status, milliseconds, text, content };
}

/**
 * Follows a subscription; `introduction` says who asks (connection_init). `hooks`: started(), next(payload), failed(errors), ended(), closed(code, reason).
 * Returns a function that stops it.
 */
export function follow(body, introduction, hooks) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}${PATH}`, "graphql-transport-ws");
  const send = (message) => socket.send(JSON.stringify(message));
  let over = false;

  const finish = (tell) => {
    if (over) return;
    over = true;
    tell();
    socket.close(1000, "done");
  };
  const heard = {
    connection_ack: () => {
      send({ type: "subscribe", id: "1", payload: body });
      hooks.started();
    },
    ping: () => send({ type: "pong" }),
    next: (message) => hooks.next(message.payload),
    error: (message) => finish(() => hooks.failed(message.payload)),
    complete: () => finish(hooks.ended),
  };
  socket.addEventListener("open", () => send({ type: "connection_init", payload: introduction }));
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    heard[message.type]?.(message);
  });
  socket.addEventListener("close", (event) => {
    if (!over) {
      over = true;
      hooks.closed(event.code, event.reason);
    }
  });
  return () => {
    if (socket.readyState === WebSocket.OPEN && !over) send({ type: "complete", id: "1" });
    finish(hooks.ended);
  };
}
