/** Processes as the system sees them, and waiting for what another process does. Linux: it reads /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;

/** Asks again and again until the answer is something, and returns it. Throws when the deadline passes first. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null> | T | null,
  deadlineMs = 20_000,
): Promise<T> {
  const endMs = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() > endMs) throw new Error(`waited ${deadlineMs} ms in vain until ${what}`);
    await pause(POLL_MS);
  }
}

interface ProcessFacts {
  pid: number;
  parent: number;
  /** One letter, as in ps; Z is dead but not yet reaped. */
  state: string;
}

/** Null when there is no such process. */
function factsOf(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may itself hold anything.
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { pid, parent: Number(parent), state };
  } catch {
    return null;
  }
}

export function isRunning(pid: number): boolean {
  const facts = factsOf(pid);
  return facts !== null && facts.state !== 'Z';
}

/** The processes whose parent is `pid`, without those that are dead. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => factsOf(Number(name)))
    .filter(facts => facts !== null && facts.parent === pid && facts.state !== 'Z')
    .map(facts => facts?.pid ?? 0);
}

/** Children, their children, and so on. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

/** The command line a process was started with. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
