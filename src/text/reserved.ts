// Nicks that nobody may have: they would speak for the system, address everybody, or be a word of the program.
// Only the nick rules ask here.
import { foldConfusables } from './confusables.ts';

const words = `
  admin admins administrator root system sys sysop sysadmin operator operators op ops oper mod mods moderator
  moderators owner host server servers service services nickserv chanserv memoserv botserv operserv staff support
  security helpdesk daemon console localhost chat-tui chattui bot
  all everyone everybody here room channel channels group online nobody anonymous unknown deleted guest you me
  null nil none undefined infinity true false this self error warning info notice status file disconnect help quit
  constructor prototype __proto__ tostring tolocalestring valueof hasownproperty isprototypeof propertyisenumerable
  __definegetter__ __definesetter__ __lookupgetter__ __lookupsetter__
`;

const reserved: ReadonlyMap<string, string> = new Map(
  words
    .trim()
    .split(/\s+/)
    .map((word) => bare(word))
    .map((word) => [foldConfusables(word), word]),
);

/** Also for what looks like a reserved word: other case, lookalike letters, accents, punctuation around it. */
export function isReserved(nick: string): boolean {
  const letters = bare(nick);
  const word = reserved.get(foldConfusables(letters));
  return word !== undefined && !isOtherWord(letters, word);
}

/** Letters only: without accents and punctuation. */
function bare(text: string): string {
  return text.normalize('NFKD').replace(/[\p{M}_.-]/gu, '');
}

/**
 * Folding takes i and l for one letter, which made Ali an “all”: names that differ in a plain i or l are others.
 * A capital I stays a lookalike of l, unless a capital L beside it shows the difference.
 */
function isOtherWord(letters: string, word: string): boolean {
  if (letters.length !== word.length) return false;
  const isShown = letters.includes('L') && letters === letters.toUpperCase();
  const text = isShown ? letters.toLowerCase() : letters;
  return [...word].some((letter, at) => {
    const other = text[at];
    return (letter === 'l' && other === 'i') || (letter === 'i' && other === 'l');
  });
}
