// Whether a text may travel as one message. The composer and `send` ask before they post, the server before it
// appends: both count the same, so that nothing is refused that the client took for small enough.
import { limits } from './limits.ts';

/** Bytes of one UTF-16 unit that is no surrogate, in a JSON string as JSON.stringify writes it. */
const unitBytes = (unit: number): number => {
  if (unit < 0x20) return shortEscapes.has(unit) ? 2 : 6;
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  return unit < 0x800 ? 2 : 3;
};
/** \b \t \n \f \r */
const shortEscapes: ReadonlySet<number> = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/**
 * The code point at `at`: its length in UTF-16 units and its bytes in JSON, never fewer than in UTF-8.
 * A lone surrogate is written as an escape, of six.
 */
export function measureAt(text: string, at: number): { readonly units: 1 | 2; readonly bytes: number } {
  const code = text.codePointAt(at) ?? 0;
  if (code > 0xffff) return { units: 2, bytes: 4 };
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return { units: 1, bytes: isSurrogate ? 6 : unitBytes(code) };
}

/** True when the text has at most `limits.textBytes` bytes, in UTF-8 and as a JSON string without its quotes. */
export function textFits(text: string, bytesMax: number = limits.textBytes): boolean {
  if (6 * text.length <= bytesMax) return true;
  if (text.length > bytesMax) return false;
  return Buffer.byteLength(JSON.stringify(text)) - 2 <= bytesMax;
}
