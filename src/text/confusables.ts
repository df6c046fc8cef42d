// Which letters cannot be told apart in a terminal's font. The nick skeleton and the reserved words stand on it.
// Chosen from Unicode's confusables.txt (TR39, version 16): the letters of everyday alphabets that look like Latin
// ones. Each row: the Latin letter it comes to, then its lookalikes, all in lower case (what is upper case is
// lowered first, unless the capital looks like another letter). Styled letters are gone before, by NFKC.
// Left out: lookalikes within one script other than Latin, and Han.

const rows = `
  a аαɑа
  b ьƅ
  c сϲсⅽꮯ
  d ԁժ
  e еҽеɛεε
  f ϝք
  g ɡցԍ
  h һհḥ
  j јϳյ
  k κкқ
  l iіıιוןا|1ӏׁɩіɪ¡ӏ
  m м
  n пոռηñ
  o 0оοօσ०০੦૦௦౦೦൦๐໐၀٥۵ంಂംංဝჿ
  p рρр
  q ԛգզ
  r гᴦ
  s ѕʂꜱ
  t тτ
  u υսʋц
  v νѵטᴠ
  w ѡԝաωшɯ
  x хχ×
  y уγүყ
  z ᴢ
`;

/** Capitals that look like another letter's small or capital form, so that lowering them would hide it. */
const capitals: Readonly<Record<string, string>> = {
  В: 'b',
  Β: 'b',
  Н: 'h',
  Η: 'h',
  К: 'k',
  Κ: 'k',
  М: 'm',
  Μ: 'm',
  Ν: 'n',
  Р: 'p',
  Ρ: 'p',
  Т: 't',
  Τ: 't',
  У: 'y',
  Υ: 'y',
  Χ: 'x',
  Ζ: 'z',
  З: '3',
};

const letters: ReadonlyMap<string, string> = new Map(
  rows
    .trim()
    .split('\n')
    .flatMap((row) => {
      const [letter = '', lookalikes = ''] = row.trim().split(' ');
      return [...lookalikes].map((lookalike): [string, string] => [lookalike, letter]);
    }),
);

/** Lower case, lookalikes as one letter, and pairs that read as one (`rn` as `m`, `vv` as `w`). */
export function foldConfusables(text: string): string {
  let folded = '';
  for (const character of text) {
    const capital = capitals[character];
    if (capital !== undefined) folded += capital;
    else for (const small of character.toLowerCase()) folded += letters.get(small) ?? small;
  }
  return folded.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** Han and kana strokes that read as l, i, o, - or _ between Latin letters. */
export function isDecoyStroke(text: string): boolean {
  return /[丨一丶丿亅乀乁〇口ロ工エニ二ノトー]/.test(text);
}
