// Reads resources from standard input, one a line; writes what is wrong with each, one list a line.
// https://github.com/lantanagroup/FHIR.js holds FHIR R4's own definitions.
import { createInterface } from "node:readline";
import { Fhir } from "fhir";

const fhir = new Fhir();
for await (const line of createInterface({ input: process.stdin })) {
  const { messages } = fhir.validate(JSON.parse(line), { errorOnUnexpected: true });
  const wrong = messages.filter(({ severity }) => severity === "error" || severity === "fatal");
  console.log(JSON.stringify(wrong.map(({ location, message }) => `${location}: ${message}`)));
}
