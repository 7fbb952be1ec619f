// Asks Comunica about a Turtle file: node ask.js FILE, with a query as a JSON string on each line of the input.
// Gives a line for each: an answer as SPARQL 1.1 results in JSON, or {"error": …}.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { QueryEngine } from "@comunica/query-sparql-rdfjs";
import { Parser, Store } from "n3";

const store = new Store(new Parser({ format: "text/turtle" }).parse(readFileSync(process.argv[2], "utf8")));
const engine = new QueryEngine();

async function ask(query) {
  const result = await engine.query(query, { sources: [store] });
  const { data } = await engine.resultToString(result, "application/sparql-results+json");
  let text = "";
  for await (const chunk of data) text += chunk;
  return JSON.parse(text);
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await ask(JSON.parse(line)).catch((error) => ({ error: String(error.message) }));
  console.log(JSON.stringify(answer));
}
