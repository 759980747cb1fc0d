import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const FILE = path.resolve(import.meta.dirname, '../../docs/report.schema.json');

let validate: ValidateFunction | undefined;

/** Throws when a report, as JSON holds it, is not as docs/report.schema.json says; the message names each wrong place. */
export function assertReport(report: unknown): void {
  validate ??= new Ajv2020({ allErrors: true, strict: true }).compile(JSON.parse(readFileSync(FILE, 'utf8')) as object);
  const read: unknown = JSON.parse(JSON.stringify(report));
  if (validate(read)) return;
  const wrong = (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
  });
  throw new Error(`the report is not as docs/report.schema.json says:\n${wrong.join('\n')}`);
}
