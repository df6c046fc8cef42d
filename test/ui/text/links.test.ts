// What may be given to a terminal as a link: http and https, percent-encoded, and nothing that could end the sequence.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstLink, linksIn, safeUrl, urlUnitsMax } from '../../../src/ui/text/links.ts';
import { escapes } from '../../text/corpus.ts';

const isHarmless = (url: string) => /^https?:\/\/[\x21-\x7e]+$/.test(url);

test.each([
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  'ssh://host',
  'http://',
  'https://%',
  'nothing',
  `https://example.org/${'x'.repeat(urlUnitsMax)}`,
  `https://example.org/${'ü'.repeat(urlUnitsMax / 3)}`,
])('%j is none', (typed) => {
  expect(safeUrl(typed)).toBeUndefined();
});

test('control bytes, blanks and other scripts are percent-encoded', () => {
  expect(safeUrl('https://example.org/a b\u0007ü')).toBe('https://example.org/a%20b%07%C3%BC');
  expect(safeUrl('https://bücher.example/')).toBe('https://xn--bcher-kva.example/');
  expect(safeUrl('https://example.org/\u001b]8;;evil')).toBe('https://example.org/%1B]8;;evil');
});

test('whatever is typed, what comes of it is harmless', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      for (const typed of [text, `https://${text}`, `http://a.b/${text}`]) {
        const url = safeUrl(typed);
        if (url !== undefined) expect(isHarmless(url)).toBe(true);
        for (const link of linksIn(typed)) expect(isHarmless(link.url)).toBe(true);
      }
    }),
  );
  for (const { text } of escapes)
    for (const { url } of linksIn(`https://a.b/${text.slice(0, 3_000)} ${text.slice(0, 3_000)}`))
      expect(isHarmless(url)).toBe(true);
});

test('the end of a sentence is no part of a link, a bracket that was opened in it is', () => {
  const shown = (line: string) => linksIn(line).map(({ start, end }) => line.slice(start, end));
  expect(shown('go to https://a.b/c. Or (https://a.b/d)!')).toEqual(['https://a.b/c', 'https://a.b/d']);
  expect(shown('https://a.b/x_(y), “https://a.b/z”')).toEqual(['https://a.b/x_(y)', 'https://a.b/z']);
  expect(firstLink('one\ntwo https://a.b/ three')).toBe('https://a.b/');
  expect(shown('https://your-bank.example␛]8;;')).toEqual(['https://your-bank.example']);
  expect(firstLink('none')).toBeUndefined();
});
