// What the stores hand out, given its brand: the parser for what a store counts itself. A valibot parse of the
// numbers would do the same at ten times the cost, once per event.
import assert from 'node:assert/strict';
import * as v from 'valibot';
import { type DeviceId, LogId, type MemberId, type Seq } from '../protocol/packet.ts';

/** 128 random bits: no two logs have the same. */
export function makeLogId(random: (bytes: number) => Uint8Array): LogId {
  return v.parse(LogId, Buffer.from(random(16)).toString('base64url'));
}

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
  assert(Number.isSafeInteger(value) && Number(value) >= 0, 'no place in the log and no id');
}
