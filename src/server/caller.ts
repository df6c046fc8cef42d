// Who a session speaks for: made by its login, looked at by guards and handlers.
import type { DeviceId, MemberId } from '../protocol/packet.ts';
import type { Role } from './access.ts';

/** Who a session speaks for. A visitor and a control connection are nobody's: member and device 0. */
export type Caller = {
  readonly role: Role;
  /** The device's public key as in `hello`. */
  readonly key: string;
  readonly member: MemberId;
  readonly device: DeviceId;
};
