import { describe, expect, test } from 'vitest';
import { stripColours } from '../../src/text/strip-colours.ts';

const coloured = 'a\u001b[1;31mred\u001b[0m b\u001b[K c\u001b]8;;http://x\u0007link\u001b]8;;\u001b\\ d';

describe('colours of a build', () => {
  test('are dropped, whatever the chunks', () => {
    for (let size = 1; size <= coloured.length; size += 1) {
      const strip = stripColours();
      let out = '';
      for (let at = 0; at < coloured.length; at += size) out += strip.push(coloured.slice(at, at + size));
      expect(out + strip.end()).toBe('ared b clink d');
    }
  });

  test('what only begins like one is kept as text, and not held back for ever', () => {
    const strip = stripColours();
    const endless = `\u001b]${'x'.repeat(20_000)}`;
    expect(strip.push(endless).length).toBeGreaterThan(0);
    const rest = stripColours();
    expect(rest.push('end\u001b[3') + rest.end()).toBe('end\u001b[3');
  });
});
