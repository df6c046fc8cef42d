// What plain mode knows of the messages it printed: commands act on them, and a line about a change says which message
// it is about by how that begins. Held by plain-view.ts, one per chat; it forgets with the room.
import type { AnyEvent, MemberId, MessageEvent, Seq } from '../protocol/packet.ts';
import { type SafeText, safeLine } from '../text/safe-text.ts';
import type { KnownMessage, Talk } from './commands/command.ts';
import { CommandRefused } from './commands/command.ts';
import { clock } from './text/format.ts';
import { cutTo } from './text/wrap.ts';

/** Messages that commands reach; older ones are for `chat-tui history`. */
const messagesMax = 500;
/** Listed at once by /select. */
const listedMax = 10;
/** Columns of a message's beginning in a line about it. */
const headColumns = 40;

type Held = KnownMessage & { readonly at: number };
/** Who is who, and where lines go. */
type Options = { readonly me: () => MemberId | undefined; readonly notice: (text: string) => void };

export class PlainTalk implements Talk {
  readonly #options: Options;
  #held = new Map<Seq, Held>();

  constructor(options: Options) {
    this.#options = options;
  }

  clear(): void {
    this.#held.clear();
  }

  note(event: AnyEvent): void {
    if (event.type === 'message') this.#add(event);
    if (event.type === 'edit') this.#change(event.target, { text: event.text });
    if (event.type === 'deletion') this.#change(event.target, { text: '', isDeleted: true, mine: [] });
    if (event.type === 'reaction' && event.member === this.#options.me()) this.#react(event);
  }

  messages(): readonly KnownMessage[] {
    return [...this.#held.values()];
  }

  chosen(): undefined {}

  choose(): void {
    const rows = this.messages()
      .filter(({ isDeleted }) => !isDeleted)
      .slice(-listedMax)
      .map(({ seq, nick, text }) => `${seq}  ${safeLine(nick)}: ${cutTo(safeLine(text), headColumns)}`);
    const how = 'Newest messages; /reply NUMBER TEXT, /react EMOJI NUMBER, /delete NUMBER:';
    this.#options.notice(rows.length === 0 ? 'Nothing was said here yet.' : [how, ...rows].join('\n'));
  }

  edit(): void {
    throw new CommandRefused('Type /edit and the new text behind it.');
  }

  takeBack(): void {
    this.edit();
  }

  /** `“how it begins” (ada, 12:52)`, on one row; the number alone of what is not known here. */
  about(seq: Seq): SafeText {
    const held = this.#held.get(seq);
    if (!held) return safeLine(`message ${seq}`);
    const head = held.isDeleted ? 'a message' : `“${cutTo(safeLine(held.text), headColumns)}”`;
    return safeLine(`${head} (${safeLine(held.nick)}, ${clock(held.at)})`);
  }

  #add({ seq, nick, text, member, deleted, file, reactions, at }: MessageEvent): void {
    const me = this.#options.me();
    const mine = (reactions ?? []).filter(({ by }) => me !== undefined && by.includes(me));
    this.#held.set(seq, {
      seq,
      nick,
      at,
      text: file ? file.name : text,
      isOwn: member === me,
      isDeleted: deleted === true,
      isFile: file !== undefined,
      mine: mine.map(({ emoji }) => emoji),
    });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= messagesMax) break;
      this.#held.delete(oldest);
    }
  }

  #change(seq: Seq, change: Partial<KnownMessage>): void {
    const held = this.#held.get(seq);
    if (held && !held.isDeleted) this.#held.set(seq, { ...held, ...change });
  }

  #react({ target, emoji, did }: Extract<AnyEvent, { type: 'reaction' }>): void {
    const others = (this.#held.get(target)?.mine ?? []).filter((one) => one !== emoji);
    this.#change(target, { mine: did === 'added' ? [...others, emoji] : others });
  }
}
