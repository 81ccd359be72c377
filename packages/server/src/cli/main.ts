#!/usr/bin/env node
/** Entry of the command line. Reads argv, prints, and sets the exit code; nothing else in the program does. */
import { useCompileCache } from '../compile-cache.ts';

useCompileCache();
// Imported after the cache is on, for what is loaded before is not kept.
const { createProgram } = await import('./program.ts');
const { reportFailure, tolerateGoneReaders } = await import('./output.ts');
tolerateGoneReaders();
try {
  await (await createProgram(process.argv[2])).parseAsync();
} catch (error) {
  reportFailure(error);
}
