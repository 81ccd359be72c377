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

/** The names of the kinds. */
export const FAULT_KIND_NAMES: readonly FaultKind[] = Object.freeze(
  Object.keys(FAULT_KINDS).filter(isFaultKind),
);

function isFaultKind(text: string): text is FaultKind {
  return Object.hasOwn(FAULT_KINDS, text);
}

/** The sum of rates, when it is more than 1; null when they fit. A little over 1 is the sum of decimals that are 1 on paper. */
export function excessOf(faults: readonly Pick<Fault, 'rate'>[]): number | null {
  const sum = faults.reduce((total, { rate }) => total + rate, 0);
  return sum > 1 + 1e-9 ? sum : null;
}

/** Reads `kind:rate` entries. Throws `OperatorError` that names the bad one, or says that the rates exceed 1. */
export function parseFaults(entries: readonly string[]): readonly Fault[] {
  const faults = entries.map(entry => {
    const separator = entry.lastIndexOf(':');
    const kind = entry.slice(0, separator).trim();
    const text = entry.slice(separator + 1).trim();
    const rate = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    if (separator < 0 || !isFaultKind(kind)) {
      throw new OperatorError(`--fault ${entry}: no such fault; known are ${FAULT_KIND_NAMES.join(', ')}`, {
        exitCode: 2,
      });
    }
    if (!(rate >= 0 && rate <= 1))
      throw new OperatorError(`--fault ${entry}: the rate must be a number from 0 to 1`, { exitCode: 2 });
    return { kind, rate };
  });
  const excess = excessOf(faults);
  if (excess === null) return faults;
  throw new OperatorError(`--fault: the rates add up to ${excess}, more than 1`, { exitCode: 2 });
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

/** Which faults happen, and how often. */
export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Retry-After of the 429 fault. */
  readonly retryAfterSeconds: number;
}

/** The faults of a server: what is planned now, and how many data requests it has decided about. */
export class FaultMix {
  readonly #seed: string;
  readonly #first: FaultPlan;
  #plan: FaultPlan;
  #requests = 0;

  constructor(seed: string, plan: FaultPlan) {
    this.#seed = seed;
    this.#first = plan;
    this.#plan = plan;
  }

  get plan(): FaultPlan {
    return this.#plan;
  }

  /** The number of the next data request. */
  get nextRequest(): number {
    return this.#requests;
  }

  /** Changes the plan, and with `nextRequest` the number that goes on from there: the same number meets the same fault. */
  change(plan: FaultPlan, nextRequest: number = this.#requests): void {
    this.#plan = plan;
    this.#requests = nextRequest;
  }

  /** The plan of the start again, and the first number. */
  reset(): void {
    this.change(this.#first, 0);
  }

  /** Decides about a data request. */
  next(): FaultKind | null {
    return faultAt(this.#plan.faults, this.#seed, this.#requests++);
  }
}
