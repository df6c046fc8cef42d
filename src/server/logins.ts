// When each device logged in last. Written late and together: an order to the writer for each login would be a third of
// what a login costs, and thousands come at once after a restart. Login notes, the devices handler asks, the server
// writes from time to time and at its end; a crash takes the last minute of it.
import type { DeviceId } from '../protocol/packet.ts';
import type { Device, People } from '../store/people.ts';

export const loginsEveryMs = 60_000;

export class Logins {
  readonly #people: Pick<People, 'seen'>;
  /** Not written yet. */
  readonly #noted = new Map<DeviceId, number>();

  constructor(people: Pick<People, 'seen'>) {
    this.#people = people;
  }

  note(device: DeviceId, at: number): void {
    this.#noted.set(device, at);
  }

  /** The device with its newest login. */
  withSeen(device: Device): Device {
    const seen = this.#noted.get(device.device) ?? device.seen;
    return seen === undefined ? device : { ...device, seen };
  }

  write(): void {
    for (const [device, at] of this.#noted) this.#people.seen(device, at);
    this.#noted.clear();
  }
}
