// Counts the triples that a parser finds: node count.js FORMAT FILE. N3.js, or the streaming JSON-LD parser.
import { createReadStream } from "node:fs";
import { JsonLdParser } from "jsonld-streaming-parser";
import { StreamParser } from "n3";

const TYPES = { ttl: "text/turtle", nt: "application/n-triples", trig: "application/trig", nq: "application/n-quads" };
const [format, file] = process.argv.slice(2);
const parser = format === "jsonld" ? new JsonLdParser({ streamingProfile: true }) : new StreamParser({ format: TYPES[format] });

let count = 0;
for await (const _ of createReadStream(file).pipe(parser)) count += 1;
console.log(count);
