// Lets Prism mock the spec from its examples. Requests every status of every operation and compares the response with
// the first example, and follows the pages of every list to their end.
//
// Usage: node walk.mjs openapi.json

import { deepStrictEqual } from "node:assert";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** More pages than the examples describe: a walk that has come so far does not end. */
const PAGES = 3;

const file = process.argv[2];
const spec = JSON.parse(readFileSync(file, "utf8"));
const problems = [];

function resolve(node) {
  const path = node?.$ref?.slice(2).split("/") ?? [];
  return path.length > 0 ? path.reduce((inner, key) => inner[key], spec) : node;
}

function freePort() {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts Prism, and waits until it listens. */
async function start(port) {
  const prism = spawn(process.execPath, ["node_modules/.bin/prism", "mock", "--port", String(port), file]);
  const output = [];
  await new Promise((listening, failed) => {
    prism.stdout.on("data", (data) => {
      output.push(data);
      if (String(data).includes("Prism is listening")) listening();
    });
    prism.stderr.on("data", (data) => output.push(data));
    prism.on("exit", () => failed(new Error(`Prism ended:\n${output.join("")}`)));
  });
  prism.removeAllListeners("exit");
  return prism;
}

/** The path of an operation with the examples of its parameters. */
function target(path, operation) {
  const parameters = (operation.parameters ?? []).map(resolve).filter((parameter) => parameter.in === "path");
  return parameters.reduce((path, parameter) => {
    const example = parameter.example ?? Object.values(parameter.examples)[0].value;
    return path.replace(`{${parameter.name}}`, encodeURIComponent(example));
  }, path);
}

const headers = { "PRIVATE-TOKEN": "token", "JOB-TOKEN": "token", Authorization: "Bearer token" };

async function mocked(url, method, status) {
  const options = { method, headers: { ...headers, Prefer: `code=${status}` }, redirect: "manual" };
  const response = await fetch(url, options);
  return { response, body: await response.text() };
}

/** Whether the response to a status is the first example of one of its media types, or empty if it has none. */
async function compare(url, method, status, response) {
  const code = status.replace("XX", "00");
  const { response: found, body } = await mocked(url, method, code);
  if (response.content === undefined) {
    const isEmpty = found.status === Number(code) && body === "";
    return isEmpty ? undefined : `the mock responds with ${found.status} and ${body.length} characters`;
  }
  const type = found.headers.get("Content-Type")?.split(";")[0];
  const examples = Object.values(response.content[type]?.examples ?? {});
  if (found.status !== Number(code) || examples.length === 0) {
    return `the mock responds with ${found.status} and ${type}`;
  }
  const wanted = resolve(examples[0]).value;
  try {
    deepStrictEqual(type === "application/json" ? JSON.parse(body) : body, wanted);
  } catch {
    return `the mock responds with ${body.slice(0, 100)}, which is not the first example`;
  }
}

/** The pages that a client meets that follows `Link`, and one that follows `X-Next-Page`. */
async function pages(url) {
  const ends = { Link: 0, "X-Next-Page": 0 };
  for (const way of Object.keys(ends)) {
    let next = url;
    while (next !== undefined && ends[way] < PAGES) {
      const response = await fetch(next, { headers });
      await response.arrayBuffer();
      ends[way] += 1;
      const link = response.headers.get("Link")?.match(/<[^>]*(\?[^>]*)>; rel="next"/)?.[1];
      const page = response.headers.get("X-Next-Page");
      next = way === "Link" ? link && url + link : page && `${url}?page=${page}`;
      if (next === "") next = undefined;
    }
  }
  return ends;
}

const port = await freePort();
const prism = await start(port);
let responses = 0;
let lists = 0;
try {
  for (const [path, item] of Object.entries(spec.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const url = `http://127.0.0.1:${port}${target(path, operation)}`;
      for (const [status, response] of Object.entries(operation.responses)) {
        responses += 1;
        const problem = await compare(url, method.toUpperCase(), status, resolve(response));
        if (problem !== undefined) problems.push(`${operation.operationId}, ${status}: ${problem}`);
      }
      if (operation["x-pagination"] !== undefined) {
        lists += 1;
        const ends = await pages(url);
        for (const [way, count] of Object.entries(ends)) {
          if (count >= PAGES) problems.push(`${operation.operationId}: the pages by ${way} do not end`);
        }
      }
    }
  }
} finally {
  prism.kill();
}
problems.forEach((problem) => console.log(problem));
console.log(`${responses} responses, ${lists} lists, ${problems.length} problems`);
process.exit(problems.length > 0 || lists === 0 ? 1 : 0);
