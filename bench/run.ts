/** `npm run bench [name…]`: measures, prints tables and writes one JSON file each to bench/results. */
import { fileURLToPath } from 'node:url';
import { measureAuthBare } from './auth-bare.ts';
import { measureAuthOff } from './auth-off.ts';
import { measureAuthScale } from './auth-scale.ts';
import { measureAuthTiming } from './auth-timing.ts';
import { measureColdStart } from './cold.ts';
import { measurePages } from './page.ts';
import { measureRatings } from './ratings.ts';
import { type Figure, printFigures, writeFigures } from './support/figures.ts';
import { measureSync } from './sync.ts';
import { measureTokens } from './tokens.ts';

const BENCHES: Readonly<Record<string, { title: string; measure: () => Promise<Figure[]> }>> = {
  'auth:bare': {
    title: 'Authentication: requests per second of the smallest route',
    measure: measureAuthBare,
  },
  'auth:off': { title: 'Authentication: what it costs a request', measure: measureAuthOff },
  'auth:scale': { title: 'Authentication: with many tokens stored', measure: measureAuthScale },
  'auth:timing': { title: 'Authentication: what its time tells', measure: measureAuthTiming },
  tokens: { title: 'API tokens: made, listed and revoked', measure: measureTokens },
  page: { title: 'Pages: depth and filters at 500,000 findings', measure: measurePages },
  ratings: {
    title: 'Ratings API: sandbox and gateway at a million findings',
    measure: measureRatings,
  },
  cold: { title: 'Cold start: from npm start to the first row', measure: measureColdStart },
  sync: { title: 'Sync: findings stored per second, memory of the worker', measure: measureSync },
};

const RESULTS = fileURLToPath(new URL('./results', import.meta.url));
const wanted = process.argv.slice(2);
const unknown = wanted.find(name => !(name in BENCHES));
if (unknown !== undefined) {
  process.stderr.write(`There is no bench ${unknown}; known are ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}
for (const [name, { title, measure }] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const figures = await measure();
  printFigures(title, figures);
  process.stdout.write(`  written to ${writeFigures(RESULTS, name.replace(':', '-'), figures)}\n`);
}
