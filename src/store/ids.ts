// Numbers that the stores hand out, given their brands: the parser for what a store counts itself. A valibot parse
// would do the same at ten times the cost, once per event.
import assert from 'node:assert/strict';
import type { DeviceId, MemberId, Seq } from '../protocol/packet.ts';

export function toSeq(value: unknown): Seq {
  assertCount(value);
  return value as Seq;
}

export function toMemberId(value: unknown): MemberId {
  assertCount(value);
  return value as MemberId;
}

export function toDeviceId(value: unknown): DeviceId {
  assertCount(value);
  return value as DeviceId;
}

function assertCount(value: unknown): void {
  assert(Number.isSafeInteger(value) && Number(value) >= 0, `${value} is no place in the log and no id`);
}
