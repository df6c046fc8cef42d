// Nicks that nobody may have: they would speak for the system, address everybody, or be a word of the program.
import { foldConfusables } from './confusables.ts';

const words = `
  admin admins administrator root system sys sysop sysadmin operator operators op ops oper mod mods moderator
  moderators owner host server servers service services nickserv chanserv memoserv botserv operserv staff support
  security helpdesk daemon console localhost chat-tui chattui bot
  all everyone everybody here room channel channels group online nobody anonymous unknown deleted guest you me
  null nil none undefined nan infinity true false this self error warning info notice status file disconnect help quit
  constructor prototype __proto__ tostring tolocalestring valueof hasownproperty isprototypeof propertyisenumerable
  __definegetter__ __definesetter__ __lookupgetter__ __lookupsetter__
`;

const reserved: ReadonlySet<string> = new Set(words.trim().split(/\s+/).map(bare));

/** Also for what looks like a reserved word: other case, lookalike letters, accents, punctuation around it. */
export function isReserved(nick: string): boolean {
  return reserved.has(bare(nick));
}

function bare(nick: string): string {
  const letters = nick.normalize('NFKD').replace(/[\p{M}_.-]/gu, '');
  return foldConfusables(letters);
}
