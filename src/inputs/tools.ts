import { address } from './chart.ts';
import { InputError } from './input-error.ts';

/** A version as `4.3.0`, with or without `v`; a range or `latest` would make two runs differ. */
export function exactVersion(text: string, name: string): string | undefined {
  if (text === '') return undefined;
  const version = /^v?(\d+\.\d+\.\d+)$/.exec(text)?.[1];
  if (version === undefined) throw new InputError(name, `"${text}" is no exact version: write one such as 4.3.0`);
  return version;
}

/** Where tools are downloaded from instead of the official hosts. */
export function mirror(text: string, name: string): string | undefined {
  return text === '' ? undefined : address(text, name, ['https:', 'http:']);
}

/** EKS's rule for cluster names: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html */
export function eksCluster(text: string, name: string): string | undefined {
  if (text === '') return undefined;
  if (/^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/.test(text)) return text;
  throw new InputError(name, `"${text}" is no EKS cluster's name: at most 100 letters, digits, "-" and "_"`);
}

/** A region such as `eu-central-1` or `us-gov-west-1`. */
export function awsRegion(text: string, name: string): string | undefined {
  if (text === '') return undefined;
  if (/^[a-z]{2,}(-[a-z]+)+-\d$/.test(text)) return text;
  throw new InputError(name, `"${text}" is no AWS region: write one such as eu-central-1`);
}
