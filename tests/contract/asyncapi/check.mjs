// Reads an AsyncAPI document with the official parser; prints what it objects to, and ends with 1 if it refuses it.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const file = process.argv[2];
const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf8"), { source: file });
for (const { severity, message, path } of diagnostics) {
  console.log(`${["error", "warning", "information", "hint"][severity]}: ${path.join(".")}: ${message}`);
}
if (!document) process.exit(1);
const events = document.allMessages().all().map((message) => message.name());
console.log(`accepted: AsyncAPI ${document.version()}, ${document.allChannels().all().length} channels, ${events.length} events`);
