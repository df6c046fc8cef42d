// What SafeText does with a code point, by its Unicode properties. Asked for each code point of a text that is
// not plain, so the answers of the two planes in use are remembered in a small table.

export type CharClass =
  | 'base' // shown as it is, begins a grapheme
  | 'letter' // of a script whose letters join: joiners are honest here
  | 'picture' // can be part of an emoji
  | 'tone' // a skin colour for the picture before it
  | 'control' // C0 and DEL: shown as their control picture
  | 'replaced' // shown as U+FFFD
  | 'dropped' // invisible, and nobody misses it
  | 'tab'
  | 'return'
  | 'lineEnd'
  | 'mark'
  | 'virama' // joins the letters on its two sides into one grapheme
  | 'joiner'
  | 'nonJoiner'
  | 'variation'
  | 'tag'
  | 'blackFlag';

const classes: readonly CharClass[] = [
  'base',
  'letter',
  'picture',
  'tone',
  'control',
  'replaced',
  'dropped',
  'tab',
  'return',
  'lineEnd',
  'mark',
  'virama',
  'joiner',
  'nonJoiner',
  'variation',
  'tag',
  'blackFlag',
];

/** Planes 0 and 1: all scripts in daily use and the emoji. */
const remembered = new Uint8Array(0x20000);

export function classOf(code: number): CharClass {
  const known = remembered[code] ?? 0;
  if (known > 0) return classes[known - 1] ?? 'replaced';
  const found = single.get(code) ?? byProperty(code);
  if (code < remembered.length) remembered[code] = classes.indexOf(found) + 1;
  return found;
}

/** InCB=Linker (Unicode 16, DerivedCoreProperties.txt): segmenters keep the letters on both sides together. */
const viramas = [
  0x094d, 0x09cd, 0x0acd, 0x0b4d, 0x0c4d, 0x0d4d, 0x1039, 0x17d2, 0x1a60, 0x1b44, 0x1bab, 0xa9c0, 0xaaf6,
  0x10a3f, 0x11133, 0x113d0, 0x1193e, 0x11a47, 0x11a99, 0x11f42,
];

const single: ReadonlyMap<number, CharClass> = new Map<number, CharClass>([
  [0x09, 'tab'],
  [0x0a, 'lineEnd'],
  [0x0d, 'return'],
  [0x2028, 'lineEnd'],
  [0x2029, 'lineEnd'],
  [0x200c, 'nonJoiner'],
  [0x200d, 'joiner'],
  [0x1f3f4, 'blackFlag'],
  ...viramas.map((code): [number, CharClass] => [code, 'virama']),
]);

/** Order matters: the first that fits. */
const properties: ReadonlyArray<readonly [RegExp, CharClass]> = [
  [/[\x00-\x1f\x7f]/, 'control'],
  [/[\x80-\x9f]|\p{Surrogate}|\p{Noncharacter_Code_Point}/u, 'replaced'],
  [/[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u, 'variation'],
  [/[\u{e0000}-\u{e007f}]/u, 'tag'],
  [/\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/u, 'dropped'],
  // Interlinear annotation and hieroglyph layout: controls that terminals do not know.
  [/[\ufff9-\ufffb\u{13430}-\u{1343f}]/u, 'replaced'],
  [/\p{M}/u, 'mark'],
  [/\p{Emoji_Modifier}/u, 'tone'],
  // Also those reserved for emoji to come, so that a newer phone's are not lost here.
  [/\p{Extended_Pictographic}/u, 'picture'],
  // No terminal agrees with another on the width of what Unicode has not assigned.
  [/\p{Cn}/u, 'replaced'],
  [
    /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Myanmar}\p{Script=Khmer}\p{Script=Tibetan}\p{Script=Tai_Tham}\p{Script=Balinese}\p{Script=Javanese}\p{Script=Sundanese}\p{Script=Meetei_Mayek}\p{Script=Kharoshthi}\p{Script=Chakma}]/u,
    'letter',
  ],
];

function byProperty(code: number): CharClass {
  const character = String.fromCodePoint(code);
  return properties.find(([pattern]) => pattern.test(character))?.[1] ?? 'base';
}
