// A set of places within one block of the log: what is found is the intersection of such sets. 8,192 places are 1 KiB,
// which two words that are in every message and never in the same one cost for each block. Pure; used by search-index.ts
// and search-match.ts.

/** Seqs of the log that one set speaks of. */
export const blockSeqs = 8_192;
const words = blockSeqs / 32;
const wholeBytes = blockSeqs / 8;

/** Bit `place` is set when it is in the set. */
export type Bits = Uint32Array;

export function blockOf(seq: number): number {
  return Math.floor(seq / blockSeqs);
}

export function placeOf(seq: number): number {
  return seq % blockSeqs;
}

export function none(): Bits {
  return new Uint32Array(words);
}

/** Places of seqs over `after` and under `before`, both exclusive. */
export function between(block: number, after: number, before: number): Bits {
  const bits = none();
  const first = Math.max(0, after + 1 - block * blockSeqs);
  const last = Math.min(blockSeqs - 1, before - 1 - block * blockSeqs);
  for (let word = first >>> 5; word <= last >>> 5; word += 1) bits[word] = 0xffffffff;
  if (first > last) return none();
  bits[first >>> 5] = (bits[first >>> 5] ?? 0) & (0xffffffff << (first & 31));
  bits[last >>> 5] = (bits[last >>> 5] ?? 0) & (0xffffffff >>> (31 - (last & 31)));
  return bits;
}

export function put(bits: Bits, place: number): void {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31));
}

export function drop(bits: Bits, place: number): void {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) & ~(1 << (place & 31));
}

export function has(bits: Bits, place: number): boolean {
  return ((bits[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
}

/** `bits` becomes what is in both; whether anything is. */
export function keepBoth(bits: Bits, other: Bits): boolean {
  let any = 0;
  for (let word = 0; word < words; word += 1) {
    const both = (bits[word] ?? 0) & (other[word] ?? 0);
    bits[word] = both;
    any |= both;
  }
  return any !== 0;
}

/** `bits` becomes what is in either. */
export function addAll(bits: Bits, other: Bits): void {
  for (let word = 0; word < words; word += 1) bits[word] = (bits[word] ?? 0) | (other[word] ?? 0);
}

/** From the highest place down. */
export function* descending(bits: Bits): Generator<number> {
  for (let word = words - 1; word >= 0; word -= 1) {
    let left = bits[word] ?? 0;
    while (left !== 0) {
      const bit = 31 - Math.clz32(left);
      yield word * 32 + bit;
      left &= ~(1 << bit);
    }
  }
}

function count(bits: Bits): number {
  let sum = 0;
  for (const _place of descending(bits)) sum += 1;
  return sum;
}

/** As it is stored: two bytes a place, or all bits where that is shorter. An empty set is no bytes. */
export function toBlob(bits: Bits): Uint8Array {
  const places = count(bits);
  if (2 * places >= wholeBytes) return new Uint8Array(bits.buffer.slice(0), 0, wholeBytes);
  const blob = new Uint8Array(2 * places);
  let at = blob.length;
  for (const place of descending(bits)) {
    blob[--at] = place & 0xff;
    blob[--at] = place >>> 8;
  }
  return blob;
}

/** Adds what a blob has. Throws on one that `toBlob` did not make. */
export function addBlob(bits: Bits, blob: Uint8Array): void {
  if (blob.length === wholeBytes) {
    // A blob may lie anywhere; words want to lie at a multiple of four.
    const isAligned = blob.byteOffset % 4 === 0;
    const whole = isAligned ? blob : blob.slice();
    addAll(bits, new Uint32Array(whole.buffer, whole.byteOffset, words));
    return;
  }
  if (blob.length % 2 !== 0 || blob.length > wholeBytes) throw new Error(`a set of ${blob.length} bytes`);
  for (let at = 0; at < blob.length; at += 2) {
    const place = ((blob[at] ?? 0) << 8) | (blob[at + 1] ?? 0);
    if (place >= blockSeqs) throw new Error(`place ${place} in a set of ${blockSeqs}`);
    put(bits, place);
  }
}
