// Prints what AsyncAPI's own parser has against a document, one finding a line; ends with 1 where one is an error.
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
for (const { severity, code, path, message } of diagnostics) {
  console.log(`${['error', 'warning', 'information', 'hint'][severity]} ${code} ${path.join('.')}: ${message}`);
}
process.exit(document && !diagnostics.some(({ severity }) => severity === 0) ? 0 : 1);
