// HTML to text: by example for what a reader sees, by property for what must never come out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainText } from '../src/index.ts';

const TAG = /<[a-zA-Z/!?]/;

describe('plainText', () => {
  it.each([
    ['<p>One</p><p>Two</p>', 'One\n\nTwo'],
    ['Steps:<ul>\n  <li>a &amp; b</li>\n  <li>c</li>\n</ul>done', 'Steps:\n\n- a & b\n- c\n\ndone'],
    ['one<br/>two<BR>three', 'one\ntwo\nthree'],
    ['<p>a\n  b</p>', 'a b'],
    ['line one\nline two\n\n\n\nline  three', 'line one\nline two\n\nline three'],
    ['if a < b and version <2.0\nthen', 'if a < b and version <2.0\nthen'],
    ['<a title="a>b" href=\'x\'>link</a>', 'link'],
    ['x<script>alert("</p>")</script >y<style>p{}</STYLE>z', 'xyz'],
    ['x<script>never closed <b>', 'x'],
    ['<!-- <b>c</b> -->t<!DOCTYPE html><?xml?>u<!--> v', 'tu v'],
    ['<scr<script>ipt>alert(1)</scr</script>ipt>', 'ipt>alert(1)ipt>'],
    ['<<i></i>script>alert(1)<<i></i>/script>', '< script>alert(1)< /script>'],
    ['<<!-- -->img src=x>', '< img src=x>'],
    ['<img src=x onerror="a>b', ''],
    ['a <b', 'a'],
    ['&lt;b&gt; &#60; &#x3C; &amp;lt; &copy; &nope; &eacute;', '<b> < < &lt; © &nope; é'],
    ['&#0; &#xD800; &#99999999999; &#146;', '� � � ’'],
    ['?a=1&copy=2&ltd=3', '?a=1&copy=2&ltd=3'],
    ['', ''],
  ])('of %j is %j', (html, text) => {
    expect(plainText(html)).toBe(text);
  });

  it('takes time in proportion to the text, however malformed', () => {
    const started = performance.now();
    for (const piece of ['<', '</x', '<a =', '<!----!>', '<script></script', '<script>', '&#', '<p ', ' ']) {
      plainText(piece.repeat(Math.ceil(200_000 / piece.length)));
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  const piece = fc.oneof(
    fc.constantFrom(
      ...'< > </ <! <!-- --> <b> </b> <script> </script> <p <a " \' = / x script img ? \n'.split(' '),
      ' ',
    ),
    fc.string({ maxLength: 5 }).map(text => text.replaceAll('&', '')),
  );
  const markup = fc.array(piece, { maxLength: 40 }).map(pieces => pieces.join(''));

  it('leaves nothing that looks like a tag, and is at rest after one pass', () => {
    fc.assert(
      fc.property(markup, html => {
        const text = plainText(html);
        expect(text).not.toMatch(TAG);
        expect(plainText(text)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps plain text as it is, but for blanks', () => {
    const words = fc.stringMatching(/^[^<&\s]+$/, { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(words, { minLength: 1 }), list => {
        expect(plainText(list.join(' '))).toBe(list.join(' '));
        expect(plainText(`  ${list.join('\n')} `)).toBe(list.join('\n'));
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(plainText(text)).toBeTypeOf('string');
      }),
    );
  });
});
