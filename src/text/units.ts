// Characters that need no table: each code unit is a grapheme of its own, of one column or of two. Nearly all text is
// made of them, and telling so is a regular expression, where string-width and Intl.Segmenter take microseconds for
// each character. Pure; called by width.ts and quick-segmenter.ts, and put into string-width by the build.

/** For a character class. One column: Latin, Greek, Cyrillic, Hebrew, punctuation, arrows, box drawing. */
export const narrowUnits = String.raw`\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f\u05d0-\u05ea\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\u2500-\u25fc\u2713\u2717`;
/** Two columns: kana, Han and Hangul syllables. */
const wideUnits = String.raw`\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3`;

/** Text of units that are one column each. */
export const narrow = new RegExp(`^[${narrowUnits}]*$`);
/** The same mixed with wide ones. */
export const plain = new RegExp(`^[${narrowUnits}${wideUnits}]*$`);
/** The first of the wide ones: what is below it is narrow. */
export const firstWide = 0x3041;

/** The same with what begins a colour and what ends a line; each of them always stands alone. */
const units = new RegExp(String.raw`^[\n\x1b${narrowUnits}${wideUnits}]*$`);

/** Every code unit of `text` is a grapheme. */
export const isOfUnits = (text: string): boolean => units.test(text);
