/** How the console is built: files the server can send under a policy without inline scripts, inline styles or data fonts. */
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vite dev` sends what is not the console: a server on this machine, whose certificate is of its own authority. */
const server = { target: 'https://127.0.0.1:8443', secure: false, changeOrigin: true };

export default defineConfig({
  base: '/',
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      // The package writes a <style> element, which `style-src 'self'` refuses; ours adopts a style sheet instead.
      'react-style-singleton': fileURLToPath(new URL('src/browser/style-singleton.ts', import.meta.url)),
    },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    // A data: URL in a style sheet is refused by `font-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    sourcemap: false,
  },
  server: {
    proxy: {
      '/v1': server,
      '/v2': server,
      '/ratings': server,
      '/reference': server,
    },
  },
});
