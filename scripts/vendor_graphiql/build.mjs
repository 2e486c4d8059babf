// Bundles page.jsx, its style sheet and Monaco's workers into conjure/assets/graphiql/.
//
// Every bundle has a hash of its content in its name, so that it can be cached for ever; manifest.json tells
// Django the names. Licences of all that went into the bundles are gathered in LICENSES.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../conjure/assets/graphiql");

const WORKERS = {
  "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
  "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
  "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
};

const BUNDLED_FONTS = /@font-face\s*\{[^}]*font-family:\s*"?(Roboto|Fira Code)"?[^}]*\}/g;

const NO_FILE = "No licence file in these packages; the text of the licence that they name stands at graphiql.";

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "none",
  target: "es2022",
  outdir: target,
  entryNames: "[name]-[hash].min",
  define: { "process.env.NODE_ENV": '"production"' },
};

// GraphiQL's style sheet holds Monaco's, which Monaco imports file by file as well, and 400 kB of fonts: the page
// takes the sheet once, and the system's fonts.
const leanStyles = {
  name: "lean-styles",
  setup(builder) {
    builder.onLoad({ filter: /monaco-editor[\\/].*\.css$/ }, () => ({ contents: "", loader: "css" }));
    builder.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(BUNDLED_FONTS, ""),
      loader: "css",
    }));
  },
};

function entryFile(metafile, suffix) {
  const found = Object.entries(metafile.outputs).find(([file, { entryPoint }]) => entryPoint && file.endsWith(suffix));
  return basename(found[0]);
}

async function buildWorkers() {
  const names = {};
  const inputs = [];
  for (const [name, entry] of Object.entries(WORKERS)) {
    const { metafile } = await build({ ...common, entryPoints: { [name]: entry }, format: "iife" });
    names[name] = entryFile(metafile, ".js");
    inputs.push(...Object.keys(metafile.inputs));
  }
  return { names, inputs };
}

async function buildPage(workers) {
  const literal = (name) => JSON.stringify(`./${workers[name]}`);
  const { metafile } = await build({
    ...common,
    entryPoints: { graphiql: "page.jsx" },
    format: "esm",
    jsx: "automatic",
    plugins: [leanStyles],
    define: {
      ...common.define,
      EDITOR_WORKER: literal("editor.worker"),
      JSON_WORKER: literal("json.worker"),
      GRAPHQL_WORKER: literal("graphql.worker"),
    },
  });
  const script = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === "page.jsx");
  return {
    script: basename(script[0]),
    style: basename(script[1].cssBundle),
    inputs: Object.keys(metafile.inputs),
  };
}

function packageFolders(inputs) {
  const folders = inputs.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter(Boolean))].sort();
}

async function licenceOf(folder) {
  const description = JSON.parse(await readFile(join(here, folder, "package.json"), "utf8"));
  const names = (await readdir(join(here, folder))).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(here, folder, name), "utf8")));
  const text = texts.map((each) => each.trim()).join("\n\n") || NO_FILE;
  return { title: `${description.name} ${description.version} (${description.license ?? "MIT"})`, text };
}

function grouped(licences) {
  const titles = new Map();
  for (const { title, text } of licences) {
    titles.set(text, [...(titles.get(text) ?? []), title]);
  }
  return [...titles].map(([text, names]) => ({ title: [...new Set(names)].join("\n"), text }));
}

async function writeLicences(inputs) {
  const licences = grouped(await Promise.all(packageFolders(inputs).map(licenceOf)));
  const notices = await readFile(join(here, "node_modules/monaco-editor/ThirdPartyNotices.txt"), "utf8");
  licences.push({
    title: "The icon font Codicons, inside graphiql's style sheet (CC-BY-4.0)",
    text: "Copyright (c) Microsoft Corporation. Creative Commons Attribution 4.0 International; unchanged.",
  });
  licences.push({ title: "Third-party notices of monaco-editor", text: notices.trim() });
  const line = "-".repeat(80);
  const parts = licences.map(({ title, text }) => `${line}\n${title}\n${line}\n\n${text}\n`);
  const intro = "The files in this folder are bundles of the packages below, each under its own licence.\n";
  const text = [intro, ...parts].join("\n").replaceAll("\r", "").replaceAll(/[ \t]+$/gm, "");
  await writeFile(join(target, "LICENSES"), text);
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const workers = await buildWorkers();
const page = await buildPage(workers.names);
await writeLicences([...workers.inputs, ...page.inputs]);
const files = (await readdir(target)).filter((name) => name.includes(".min.")).sort();
const manifest = { script: page.script, style: page.style, files };
await writeFile(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`${files.length} files for GraphiQL in ${target}`);
