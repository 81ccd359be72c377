/**
 * zod as the console uses it: its small build, where `z.nullable(x)` stands for `x.nullable()`, and without `new Function`,
 * which the server's policy (`script-src 'self'`) refuses and reports.
 */
import * as z from 'zod/mini';

z.config({ jitless: true });

export { z };
