// Whether a text speaks to somebody: `@ada` anywhere, or `ada:` and `ada,` at its start, in any letter case. The server
// finds mentions by the same rule for what one missed; this is for what comes live. No pattern is made of a nick.

/** Letters, digits and what else a nick may hold: next to these it is another word. */
const inWord = /[\p{L}\p{N}\p{M}_-]/u;

export const isMention = (text: string, nick: string): boolean => {
  if (nick === '') return false;
  const [said, name] = [text.toLowerCase(), nick.toLowerCase()];
  if (said.startsWith(name) && /[:,]/.test(said.charAt(name.length))) return true;
  const wanted = `@${name}`;
  for (let at = said.indexOf(wanted); at >= 0; at = said.indexOf(wanted, at + 1)) {
    const before = said.slice(0, at).at(-1) ?? ' ';
    const after = said.slice(at + wanted.length);
    if (!inWord.test(before) && !continues(after)) return true;
  }
  return false;
};

/** `@ada.` ends a sentence; `@ada.b` is another nick. */
const continues = (after: string): boolean => {
  const [first = '', second = ''] = Array.from(after.slice(0, 4));
  return inWord.test(first) || (first === '.' && inWord.test(second));
};
