/**
 * `/connect`: the page an invitation's link opens. One file without a framework; its script and style are named by hash in the
 * policy sent with it, so nothing else runs, and it talks to this server alone.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { CONNECT_SCRIPT } from './connect-script.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #14202e; --paper: #f6f8fa; --card: #fff; --line: #8795a5; --accent: #0b5cad; --bad: #a3211f; --good: #14693a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --paper: #10161d; --card: #182129; --line: #7b8a99; --accent: #7db8f5; --bad: #ff9d96; --good: #7fd6a2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 8vh auto; padding: 2rem; background: var(--card); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; }
label, legend { font-weight: 600; }
.field { margin: 1rem 0; }
.hint { margin: .1rem 0 .3rem; font-size: .9rem; }
input, select, textarea { width: 100%; padding: .55rem .65rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--paper); color: inherit; font: inherit; }
button { padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: var(--accent); color: var(--card); font: inherit; font-weight: 600; cursor: pointer; }
button[disabled] { opacity: .6; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
details { margin: 1rem 0; }
#status { margin: 1rem 0 0; min-height: 1.5rem; }
#status.bad { color: var(--bad); }
#status.good { color: var(--good); }
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Connect an account - Sightline</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1 id="title">Connect an account</h1>
<p id="intro">Reading the invitation&hellip;</p>
<form id="form" hidden novalidate></form>
<p id="status" role="status" aria-live="polite"></p>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
<script>${CONNECT_SCRIPT}</script>
</body>
</html>
`;

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const HEADERS = Object.freeze({
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${sha256(CONNECT_SCRIPT)}`,
    `style-src ${sha256(STYLE)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
});

/** Registers the page. It needs no credentials: the invitation is in the link's fragment, which no server sees. */
export function addConnectPage(app: FastifyInstance): void {
  app.get('/connect', { schema: { hide: true } }, (_request, reply) =>
    reply.headers(HEADERS).type('text/html; charset=utf-8').send(PAGE),
  );
}
