// Carrying out the orders for places and devices, in the transaction that is open. Runs in the worker thread; called by
// orders.ts.
import type { DatabaseSync } from 'node:sqlite';
import type { Answer } from './batch.ts';
import type { PlaceOrder } from './place-order.ts';

export function preparePlaces(database: DatabaseSync): (order: PlaceOrder) => Answer {
  // A place without a read position is read up to the member's join, and from there it only goes upwards too.
  const read = database.prepare(
    `INSERT INTO places (member, room, read)
     SELECT ?1, ?2, ?3
     WHERE ?3 > coalesce((SELECT read FROM places WHERE member = ?1 AND room = ?2),
                         (SELECT seq FROM memberships WHERE member = ?1 AND room = ?2), 0)
     ON CONFLICT (member, room) DO UPDATE SET read = excluded.read`,
  );
  const level = database.prepare(
    `INSERT INTO places (member, room, level) VALUES (?, ?, ?)
     ON CONFLICT (member, room) DO UPDATE SET level = excluded.level`,
  );
  const addDevice = database.prepare(
    'INSERT INTO devices (key, member, since) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const revoke = database.prepare('UPDATE devices SET revoked = 1 WHERE id = ?');
  const seen = database.prepare('UPDATE devices SET seen = ? WHERE id = ?');

  return (order) => {
    switch (order[0]) {
      case 'read':
        read.run(order[1], order[2], order[3]);
        return ['done'];
      case 'level':
        level.run(order[1], order[2], order[3]);
        return ['done'];
      case 'add-device': {
        const { changes, lastInsertRowid } = addDevice.run(order[1], order[2], order[3]);
        return changes === 0 ? ['taken'] : ['enrolled', Number(lastInsertRowid), order[2]];
      }
      case 'revoke':
        revoke.run(order[1]);
        return ['done'];
      case 'seen':
        seen.run(order[2], order[1]);
        return ['done'];
    }
  };
}
