// Orders for what is state and no event: where members are in their rooms, and their further devices. Made on the main
// thread by people.ts, carried out by place-orders.ts in the writer's.
import type { RoomName } from '../../protocol/names.ts';
import type { Level } from '../people.ts';

export type ReadOrder = readonly [order: 'read', member: number, room: RoomName, seq: number];
export type LevelOrder = readonly [order: 'level', member: number, room: RoomName, level: Level];
export type AddDeviceOrder = readonly [order: 'add-device', key: string, member: number, at: number];
export type RevokeOrder = readonly [order: 'revoke', device: number];
export type SeenOrder = readonly [order: 'seen', device: number, at: number];
export type PlaceOrder = ReadOrder | LevelOrder | AddDeviceOrder | RevokeOrder | SeenOrder;
