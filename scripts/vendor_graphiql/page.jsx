// The GraphiQL page: reads its configuration from the page's JSON, mounts GraphiQL with the explorer open.

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";

// Each worker is a bundle of its own beside this one; build.mjs fills in its hashed name.
const workers = { json: JSON_WORKER, graphql: GRAPHQL_WORKER };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(new URL(workers[label] ?? EDITOR_WORKER, import.meta.url)),
};

const config = JSON.parse(document.getElementById("graphiql-config").textContent);

async function fetcher(params, { headers } = {}) {
  const response = await fetch(config.endpoint, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      [config.csrfHeader]: config.csrfToken,
      ...headers,
    },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  if (response.status === 401 && config.login) {
    location.assign(config.login); // The session has ended. What is typed is kept, and there again afterwards.
  }
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `The server answered ${response.status} ${response.statusText}, and not JSON.` }] };
  }
}

// A header may hold an Authorization token. GraphiQL is told below not to keep headers; its history keeps them even so.
function withoutHeaders(key, value) {
  if (!/:(queries|favorites)$/.test(key)) {
    return value;
  }
  return JSON.stringify(JSON.parse(value, (name, each) => (name === "headers" ? undefined : each)));
}

// Two users of one browser, or two projects on one host, do not see each other's queries.
const storage = {
  getItem: (key) => localStorage.getItem(config.storagePrefix + key),
  setItem: (key, value) => localStorage.setItem(config.storagePrefix + key, withoutHeaders(key, value)),
  removeItem: (key) => localStorage.removeItem(config.storagePrefix + key),
  keys: () => Object.keys(localStorage).filter((key) => key.startsWith(config.storagePrefix)),
  get length() {
    return this.keys().length;
  },
  clear() {
    this.keys().forEach((key) => localStorage.removeItem(key));
  },
};

const explorer = explorerPlugin();
const isNarrow = matchMedia("(max-width: 700px)").matches;
const plugins = [explorer, HISTORY_PLUGIN];

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    plugins={plugins}
    visiblePlugin={isNarrow ? undefined : explorer}
    defaultQuery={config.defaultQuery}
    defaultEditorToolsVisibility
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <span />
    </GraphiQL.Logo>
  </GraphiQL>,
);
