// One run of a client program: the real client, a person who uses it at random, and what it was told. A person may run
// several at once, with the same device's key, as after copying a profile.
import type { Client, ClientEvent } from '../../../src/client/client.ts';
import { createClient } from '../../../src/client/session.ts';
import type { DeviceKey } from '../../../src/net/identity.ts';
import { Refusal } from '../../../src/protocol/errors.ts';
import type { RoomName } from '../../../src/protocol/names.ts';
import type { PostId, ServerPackets } from '../../../src/protocol/packet.ts';
import type { Program } from './clock.ts';
import { nameOf } from './disk.ts';
import type { History } from './history.ts';
import { Viewer } from './viewer.ts';

export type Person = {
  readonly nick: string | undefined;
  readonly device: DeviceKey;
  readonly role: 'chat' | 'script';
  /** How many programs it runs at the most. */
  readonly lives: number;
  readonly acked: AckedPost[];
};

/** A post that was acknowledged to the life `by`: to be sent again, under the same id. */
export type AckedPost = {
  readonly by: string;
  readonly id: PostId;
  readonly room: RoomName;
  readonly text: string;
  readonly seq: number;
  readonly logId: string;
};

/** What a life needs of the world. */
export type Around = {
  readonly random: () => number;
  readonly now: () => number;
  readonly historyOf: (logId: string) => History;
  /** Of the log that there is now. */
  readonly history: () => History;
  readonly wrong: (what: string) => void;
};

const general = 'general' as RoomName;
const rooms = ['general', 'plans', 'build', 'tea'] as RoomName[];
/** Of an ordinary post, of a long one, of one that takes several pieces of a page. */
const lengths = [40, 100, 100, 100, 300, 2_000, 7_000];
const ackedKept = 20;
/** An ordinary end of a post or a question. Anything else is the program's fault. */
const usualCodes = new Set([
  'disk-full',
  'log-failed',
  'no-such-room',
  'id-reused',
  'nick-taken',
  'too-many',
]);

export class Life {
  readonly name: string;
  readonly program: Program;
  readonly person: Person;
  readonly client: Client;
  readonly viewer: Viewer;
  readonly #around: Around;
  #posts = 0;
  #renames = 0;
  /** Questions without an answer. */
  questions = 0;
  isClosing = false;
  isOver = false;

  constructor(program: Program, person: Person, around: Around) {
    this.name = program.name;
    this.program = program;
    this.person = person;
    this.#around = around;
    const isVisitor = person.role === 'script';
    this.viewer = new Viewer({
      name: this.name,
      historyOf: around.historyOf,
      wrong: around.wrong,
      ...(isVisitor ? { asked: [general] } : {}),
    });
    this.client = createClient({
      resolve: async () => ({ host: '127.0.0.1', port: 2428, isPlain: true }),
      role: person.role,
      device: person.device,
      agent: 'simulation',
      patienceMs: Number.MAX_SAFE_INTEGER,
      now: around.now,
      random: around.random,
      ...(person.nick === undefined ? {} : { nick: person.nick }),
    });
    this.client.listen((event) => this.#take(event));
    if (isVisitor) this.client.follow([general], 0 as Parameters<Client['follow']>[1]);
  }

  get isAtRest(): boolean {
    const { status, outbox } = this.client;
    return status.is === 'online' && outbox.length === 0 && this.questions === 0;
  }

  act(): void {
    const { random } = this.#around;
    const choice = random();
    if (this.person.nick === undefined) this.#look(random() < 0.5 ? 'history' : 'who');
    else if (choice < 0.62) this.#post();
    else if (choice < 0.66) this.#again();
    else if (choice < 0.72) this.settleRefused();
    else if (choice < 0.82) this.#look('history');
    else if (choice < 0.84) this.#look('who');
    else if (choice < 0.86) this.#rename();
    else if (this.person.role === 'script') this.#post();
    else if (choice < 0.95) this.#ask('join', () => this.client.join(this.#room()));
    else this.#ask('part', () => this.client.part(this.#room()));
  }

  close(reason: 'quit' | 'done'): void {
    this.isClosing = true;
    void this.client.close(reason);
  }

  /** Those that may get through now go again, the others away. */
  settleRefused(): void {
    for (const { id, error, state } of this.client.outbox) {
      if (state !== 'failed') continue;
      if (error?.code === 'disk-full' || error?.code === 'log-failed') this.client.retry(id);
      else this.client.drop(id);
    }
  }

  #room(): RoomName {
    return rooms[Math.floor(this.#around.random() * rooms.length)] ?? general;
  }

  #post(): void {
    const { random, history } = this.#around;
    const room = this.#room();
    this.#posts += 1;
    const head = `${this.name} ${this.#posts}`;
    const length = lengths[Math.floor(random() * lengths.length)] ?? 0;
    // What is refused because nobody has made the room yet may stand later in it than what was said later.
    if (history().inRoom(room).length === 0) history().refused.add(head);
    this.#send(room, `${head} ${'.'.repeat(length)}`);
  }

  #send(room: RoomName, text: string): void {
    this.client.post(room, text).then(
      ({ id, seq, at }) => this.#posted(room, text, { id, seq, at }),
      (error) => this.#refused('post', error),
    );
  }

  #posted(room: RoomName, text: string, posted: Pick<ServerPackets['ack'], 'id' | 'seq' | 'at'>): void {
    const { history } = this.viewer;
    const stored = history?.at(posted.seq);
    const isStored =
      stored?.body.type === 'message' &&
      stored.body.text === text &&
      stored.room === room &&
      stored.id === posted.id &&
      stored.at === posted.at;
    if (!isStored) this.#wrong(`had its ${nameOf(text)} acknowledged, which the log does not have`);
    history?.acked.set(text, posted.seq);
    const { acked } = this.person;
    if (history === undefined) return;
    acked.push({ by: this.name, id: posted.id, room, text, seq: posted.seq, logId: history.logId });
    if (acked.length > ackedKept) acked.shift();
  }

  /** A post of before, under its id: with its own words, or as another program of the same device, with others. */
  #again(): void {
    const { random, history } = this.#around;
    const { acked } = this.person;
    const former = acked[Math.floor(random() * acked.length)];
    if (former === undefined || this.client.welcome?.logId !== former.logId) return;
    if (former.logId !== history().logId) return;
    const isSame = former.by === this.name;
    const text = isSame ? former.text : `${former.text}!`;
    this.viewer.resent.add(former.id);
    this.client.post(former.room, text, { id: former.id }).then(
      ({ seq }) => {
        if (this.viewer.history?.logId !== former.logId) return;
        const name = nameOf(text);
        if (!isSame) this.#wrong(`had other words taken for its ${name}`);
        else if (seq !== former.seq)
          this.#wrong(`was answered ${seq} for ${name}, which stands at ${former.seq}`);
      },
      (error) => this.#refused('post again', error),
    );
  }

  #look(what: 'history' | 'who'): void {
    if (what === 'who') this.#ask('who', () => this.client.who());
    else this.#ask('history', () => this.#past());
  }

  async #past(): Promise<void> {
    const { random } = this.#around;
    const room = this.#room();
    const asked = this.viewer.history;
    const before = Math.floor(random() * ((asked?.length ?? 0) + 1)) + 1;
    const limit = 1 + Math.floor(random() * 20);
    const seqBefore = before as ServerPackets['ack']['seq'];
    const { events, more } = await this.client.history(room, { before: seqBefore, limit });
    const { history } = this.viewer;
    if (history === undefined || history !== asked) return;
    const seqs = history.inRoom(room);
    const first = events[0];
    const end = history.placeFrom(room, before);
    const start = end - events.length;
    const isSlice = events.every(({ seq }, place) => seqs[start + place] === seq);
    if (!isSlice) this.#wrong(`asked for #${room} before ${before} and got another part of it`);
    if (!more && first !== undefined && start > 0)
      this.#wrong(`was told that #${room} begins at ${first.seq}`);
  }

  #rename(): void {
    this.#renames += 1;
    const nick = `${this.person.nick}${this.#renames}`;
    this.#ask('rename', () => this.client.rename(nick));
  }

  #ask(what: string, ask: () => Promise<unknown>): void {
    this.questions += 1;
    const answered = () => {
      this.questions -= 1;
    };
    ask().then(answered, (error) => {
      answered();
      this.#refused(what, error);
    });
  }

  #refused(what: string, error: Error): void {
    if (error instanceof Refusal && !usualCodes.has(error.code)) {
      this.#wrong(`was refused ${what}: ${error.code}, ${error.message}`);
    }
    if (!(error instanceof Error)) this.#wrong(`got ${String(error)} for ${what}`);
  }

  #take(event: ClientEvent): void {
    this.viewer.take(event);
    if (event.type !== 'status' || event.status.is !== 'ended') return;
    this.isOver = true;
    // A script gives up after a minute without its server; a chat never does.
    const mayGiveUp = this.isClosing || this.person.role === 'script';
    if (!mayGiveUp) this.#wrong(`gave up by itself: ${event.status.error?.message}`);
  }

  #wrong(what: string): void {
    this.#around.wrong(`${this.name} ${what}`);
  }
}
