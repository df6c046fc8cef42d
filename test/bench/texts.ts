// What is posted in the rows of the client.
const words = 'the list is on the table and who comes later brings bread or a chair for one more'.split(' ');

/** `word 17.` and words behind it, 40 to 100 bytes: other ones, and another length, for each number. */
export function textOf(word: string, number: number): string {
  const bytes = 40 + ((number * 37) % 61);
  let text = `${word} ${number}.`;
  for (let at = number; text.length < bytes; at += 1) text += ` ${words[(at * 7 + number) % words.length]}`;
  return text.slice(0, bytes);
}

/** The last text under a word: it comes behind all others, and has no letter of theirs, so that it is written whole. */
export function lastTextOf(word: string): string {
  return `Ω Ψ ${word} Ψ Ω`;
}
