// What a program has switched on at its terminal and not off again, read from its bytes alone: each set has its reset,
// and on the screen it was made on. Terminals keep one stack of keyboard flags for each of their two screens, so a push
// on the alternate one is not undone by a pop on the other (Kitty's keyboard protocol, "main and alternate screens").

const names: Readonly<Record<string, string>> = {
  '1000': 'mouse',
  '1004': 'focus',
  '1006': 'mouse columns',
  '1049': 'alternate screen',
  '2004': 'bracketed paste',
  '2026': 'synchronized output',
};
const offNames: Readonly<Record<string, string>> = { '7': 'wrap off', '25': 'cursor hidden' };
const sequence = /\x1b\[([<=>?]?)([\d;]*)([ -/]*)([@-~])/g;

/** In words, sorted. A pop of what was never pushed is named too: it takes away what is the shell's. */
export function leftOn(output: string): string[] {
  const on = new Set<string>();
  const depths = { 'keys, main screen': 0, 'keys, alternate screen': 0, title: 0 };
  const push = (what: keyof typeof depths, by: 1 | -1) => {
    depths[what] += by;
  };
  for (const [, mark, parameters = '', , final] of output.matchAll(sequence)) {
    const screen = on.has('alternate screen') ? 'alternate' : 'main';
    if (final === 'u' && mark === '>') push(`keys, ${screen} screen`, 1);
    if (final === 'u' && mark === '<') push(`keys, ${screen} screen`, -1);
    if (final === 't' && parameters.startsWith('22')) push('title', 1);
    if (final === 't' && parameters.startsWith('23')) push('title', -1);
    if (mark !== '?' || (final !== 'h' && final !== 'l')) continue;
    for (const mode of parameters.split(';')) {
      // The cursor and the wrapping of lines are on when nobody has said anything.
      const isOn = mode in offNames ? final === 'l' : final === 'h';
      const name = offNames[mode] ?? names[mode] ?? `mode ${mode}`;
      if (isOn) on.add(name);
      else on.delete(name);
    }
  }
  const uneven = Object.entries(depths).filter(([, depth]) => depth !== 0);
  return [...on, ...uneven.map(([what, depth]) => (depth === 1 ? what : `${what} ×${depth}`))].sort();
}
