/**
 * Faults on demand: the sandbox answers some data requests the way production does on a bad day, or the way no client
 * survives. Source of the kinds: bitsight-api.md, 3.3, 6 ("Rate and errors") and 8 ("Answers they cannot survive").
 */
import { OperatorError } from '../errors.ts';
import { hashText, mix, unit } from './sources/synthetic/random.ts';

/** Each kind with what it does. */
export const FAULT_KINDS = Object.freeze({
  429: '429 with Retry-After',
  '429-bare': '429 without Retry-After',
  202: '202, the answer is queued',
  500: '500 as JSON',
  502: '502 as the HTML of a gateway',
  504: '504 as JSON',
  524: '524 as the HTML of a gateway',
  html403: '403 as the HTML of a gateway',
  reset: 'the connection is reset in the middle of the answer',
  stall: 'no answer until the client gives up',
  truncate: 'the body ends before its announced length',
  short: '200 with fewer rows than count promises, and no next page',
  slow: 'the body comes in dribbles, in under a second',
} as const);

export type FaultKind = `${keyof typeof FAULT_KINDS}`;

/** How often a kind happens, 0 to 1. */
export interface Fault {
  readonly kind: FaultKind;
  readonly rate: number;
}

function isFaultKind(text: string): text is FaultKind {
  return Object.hasOwn(FAULT_KINDS, text);
}

/** Reads `kind:rate` entries. Throws `OperatorError` that names the bad one, or says that the rates exceed 1. */
export function parseFaults(entries: readonly string[]): readonly Fault[] {
  const faults = entries.map(entry => {
    const separator = entry.lastIndexOf(':');
    const kind = entry.slice(0, separator).trim();
    const text = entry.slice(separator + 1).trim();
    const rate = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    if (separator < 0 || !isFaultKind(kind)) {
      throw new OperatorError(
        `--fault ${entry}: no such fault; known are ${Object.keys(FAULT_KINDS).join(', ')}`,
        { exitCode: 2 },
      );
    }
    if (!(rate >= 0 && rate <= 1))
      throw new OperatorError(`--fault ${entry}: the rate must be a number from 0 to 1`, { exitCode: 2 });
    return { kind, rate };
  });
  const sum = faults.reduce((total, { rate }) => total + rate, 0);
  // A little over 1 is the sum of decimals that are exactly 1 on paper.
  if (sum > 1 + 1e-9)
    throw new OperatorError(`--fault: the rates add up to ${sum}, more than 1`, { exitCode: 2 });
  return faults;
}

/** The fault of the n-th data request: a pure function of seed and number. */
export function faultAt(faults: readonly Fault[], seed: string, requestNumber: number): FaultKind | null {
  let roll = unit(mix(hashText(seed), requestNumber));
  for (const { kind, rate } of faults) {
    roll -= rate;
    if (roll < 0) return kind;
  }
  return null;
}
