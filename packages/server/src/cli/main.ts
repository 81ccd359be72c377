#!/usr/bin/env node
import { reportFailure } from './output.ts';
/** Entry of the command line. Reads argv, prints, and sets the exit code; nothing else in the program does. */
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  reportFailure(error);
}
