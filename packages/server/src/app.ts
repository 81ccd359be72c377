/** Composition root: from settings to running servers. Nothing else knows how the parts are put together. */
export { type Hub, startHub } from './app/hub.ts';
export { type Sandbox, startSandbox } from './app/sandbox.ts';
export type { Installation } from './installation.ts';
