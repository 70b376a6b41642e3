// The page's way to the playground: look with GET, do with POST and the token of this start.
import { base, toast } from "./dom.js";

const token = document.querySelector("meta[name=playground-token]").content;

export async function look(path, query = {}) {
  try {
    const response = await fetch(`${base()}/api/${path}?${new URLSearchParams(query)}`);
    return response.ok ? await response.json() : null;
  } catch {
    return null; // the playground has stopped: the stream tells that it is being looked for
  }
}

export async function act(path, body) {
  let told;
  try {
    const response = await fetch(`${base()}/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Playground-Token": token },
      body: JSON.stringify(body),
    });
    told = await response.json().catch(() => ({}));
    if (response.status === 403) told = { problem: "The playground was restarted. Reload the page." };
    else if (!response.ok && !told.problem) told = { problem: "The playground could not do that." };
  } catch {
    told = { problem: "The playground does not answer. Is it running?" };
  }
  if (told.problem) toast(told.problem, "problem");
  if (told.notice) toast(told.notice);
  return told;
}

// Calls `heard` with every change, and `state` with whether the stream stands.
export function follow(heard, state) {
  const stream = new EventSource(`${base()}/api/changes`);
  stream.onmessage = (event) => heard(JSON.parse(event.data));
  stream.onopen = () => state(true);
  stream.onerror = () => state(false);
}
