// Who takes part: people with their devices, and the client programs that they run, one after the other or several.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { DeviceKey } from '../../../src/net/identity.ts';
import { Program } from './clock.ts';
import type { Ground } from './ground.ts';
import { type Around, Life, type Person } from './life.ts';
import { bytesFrom } from './stand-ins.ts';

/** Who has so much on its way waits before it says more. */
const outboxMost = 40;

export class Cast {
  readonly #ground: Ground;
  readonly #around: Around;
  readonly #people: Person[];
  lives: Life[] = [];
  #born = 0;

  constructor(ground: Ground, around: Around) {
    this.#ground = ground;
    this.#around = around;
    this.#people = makePeople(ground.random);
  }

  /** Somebody does something, or starts or leaves a client. False: it was nobody's turn. */
  act(): boolean {
    const { trace, clock, random } = this.#ground;
    const life = this.#any();
    const choice = random();
    if (life === undefined || choice < 0.05) return this.#open();
    if (life.isClosing || life.client.outbox.length > outboxMost) return false;
    clock.running = life.program;
    if (choice < 0.055) {
      const reason = random() < 0.5 ? 'quit' : 'done';
      trace.note(reason, life.name);
      life.close(reason);
    } else {
      trace.note('act', life.name);
      life.act();
    }
    return true;
  }

  killSomebody(): void {
    const life = this.#any();
    if (life === undefined) return;
    this.#ground.trace.note('kill', life.name);
    this.#ground.count('clients killed');
    this.end(life);
  }

  /** What was refused goes again or away, and programs that came to their end are gone. */
  tidy(): void {
    this.#bury();
    for (const life of this.lives) {
      this.#ground.clock.running = life.program;
      life.settleRefused();
    }
  }

  /** Somebody starts one more program. */
  bearAny(): Life {
    return this.#bear(this.#people[this.#ground.pick(this.#people.length)] as Person);
  }

  end(life: Life): void {
    this.#ground.count('events told', life.viewer.events);
    this.lives = this.lives.filter((one) => one !== life);
    this.#ground.end(life.program);
  }

  #any(): Life | undefined {
    return this.lives[this.#ground.pick(this.lives.length)];
  }

  #open(): boolean {
    this.#bury();
    const person = this.#people[this.#ground.pick(this.#people.length)];
    const living = this.lives.filter((life) => life.person === person);
    if (person === undefined || living.length >= person.lives) return false;
    this.#bear(person);
    return true;
  }

  #bear(person: Person): Life {
    this.#born += 1;
    const place = this.#people.indexOf(person) + 1;
    const program = new Program(`${person.nick ?? 'guest'}/${this.#born}`, `10.0.0.${place}`);
    this.#ground.clock.running = program;
    this.#ground.trace.note('open', program.name);
    const life = new Life(program, person, this.#around);
    this.lives.push(life);
    return life;
  }

  #bury(): void {
    for (const life of this.lives.filter(({ isOver }) => isOver)) this.end(life);
  }
}

function makePeople(random: () => number): Person[] {
  const person = (nick: string | undefined, role: Person['role'], lives: number): Person => {
    return { nick, device: deviceFrom(random), role, lives, acked: [] };
  };
  return [
    person('anna', 'chat', 2),
    person('bert', 'chat', 2),
    person('cem', 'chat', 1),
    person('dora', 'chat', 1),
    person('fay', 'chat', 1),
    person('hugo', 'script', 1),
    // A visitor: it may look.
    person(undefined, 'script', 1),
  ];
}

/** PKCS #8 of an Ed25519 key, up to its 32 bytes (RFC 8410 §7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

function deviceFrom(random: () => number): DeviceKey {
  const der = Buffer.concat([pkcs8Head, bytesFrom(random, 32)]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return { publicKey: String(key.export({ format: 'jwk' }).x), privateKey: der.toString('base64url') };
}
