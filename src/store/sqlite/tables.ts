// The tables of the log's file, and the steps that bring a file of an older form there. `user_version` says which form
// a file has. Called by schema.ts.
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import type { LogId } from '../../protocol/packet.ts';

const form = 3;

/** For statements that read what a room tells: as in the index, or SQLite does not take it. */
export const isTold = "style IS NOT 'quiet' AND target IS NULL";
/** The same for changes. Of a deleted message only the deletion is one still. */
export const isChange = "target IS NOT NULL AND (text IS NOT NULL OR type = 'deletion')";
/** What there is to read: all but the changes that went with their message. */
export const isThere = `(target IS NULL OR text IS NOT NULL OR type = 'deletion')`;
/** A message that is not deleted: as in the index too. */
export const isSaid = "(type = 'message' AND text IS NOT NULL)";

// Quiet moves and changes are left out: thousands of them in a row cost a page of the room nothing. All that unread
// messages are counted by stands in it, for 8 bytes a message; to look at each event cost ten times the time.
const byRoom = `CREATE INDEX events_by_room ON events (room, seq, member, ${isSaid}) WHERE ${isTold};`;

// AUTOINCREMENT: without it SQLite gives the seq of a deleted newest row to the next one.
// The id comes first in its index: ids rise with time over all devices, so a commit writes one edge of it and not one for
// each device. A log that was made with (device, id) stays as it is: the constraint is the same, only slower.
// A text is null when it is deleted, and for what has none: joins, parts and deletions. `target` is the message that a
// change is about; `edited` the newest edit of a message, `changed` its newest change of whatever kind: where it is null
// there is nothing more to read of it.
const events = `
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  room TEXT NOT NULL,
  member INTEGER NOT NULL,
  device INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  text TEXT,
  style TEXT,
  file_name TEXT,
  file_size INTEGER,
  sha256 TEXT,
  target INTEGER,
  reply INTEGER,
  edited INTEGER,
  changed INTEGER,
  UNIQUE (id, device)
) STRICT;
`;

// Both only of what few events are; the second is what a deletion has to find.
const byChange = `
CREATE INDEX events_by_change ON events (room) WHERE ${isChange};
CREATE INDEX events_by_target ON events (target) WHERE target IS NOT NULL;
`;
const byFile = 'CREATE INDEX events_by_file ON events (sha256, member) WHERE sha256 IS NOT NULL;';

// A reaction's `first` is the seq with which its emoji came to the message: in that order they are shown.
const aboutMessages = `
CREATE TABLE reactions (
  target INTEGER NOT NULL,
  emoji TEXT NOT NULL,
  member INTEGER NOT NULL,
  first INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (target, emoji, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE mentions (
  member INTEGER NOT NULL,
  room TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (member, room, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_by_seq ON mentions (seq);
`;

// `until` is null for a nick that is held, else the end of its 90 days. A revoked device stays: its key is nobody's.
const people = `
CREATE TABLE members (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  nick TEXT NOT NULL,
  skeleton TEXT NOT NULL,
  since INTEGER NOT NULL
) STRICT;
CREATE TABLE devices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  member INTEGER NOT NULL REFERENCES members,
  since INTEGER NOT NULL DEFAULT 0,
  seen INTEGER,
  revoked INTEGER
) STRICT;
CREATE TABLE nicks (
  skeleton TEXT PRIMARY KEY,
  member INTEGER NOT NULL REFERENCES members,
  until INTEGER
) STRICT, WITHOUT ROWID;
`;
const byMember = 'CREATE INDEX devices_by_member ON devices (member);';

// `closed`: the event with which the room was closed last; who was in before could read everything. `floor`: what a
// member of a closed room may read is over it.
const rooms = `
CREATE TABLE rooms (
  room TEXT PRIMARY KEY,
  topic TEXT NOT NULL DEFAULT '',
  members INTEGER NOT NULL DEFAULT 0,
  access TEXT NOT NULL DEFAULT 'public',
  past TEXT NOT NULL DEFAULT 'whole',
  owner INTEGER,
  closed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE memberships (
  member INTEGER NOT NULL,
  room TEXT NOT NULL,
  seq INTEGER NOT NULL,
  floor INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (member, room)
) STRICT, WITHOUT ROWID;
`;
const aboutRooms = `
CREATE INDEX rooms_by_access ON rooms (access);
CREATE TABLE invitations (
  member INTEGER NOT NULL,
  room TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (member, room)
) STRICT, WITHOUT ROWID;
CREATE TABLE places (
  member INTEGER NOT NULL,
  room TEXT NOT NULL,
  read INTEGER,
  level TEXT,
  PRIMARY KEY (member, room)
) STRICT, WITHOUT ROWID;
`;

const later = byRoom + byChange + byFile + aboutMessages + byMember + aboutRooms;
const tables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
${events}${people}${rooms}${later}`;

// Rooms of before have no owner, and nobody becomes one by being early now. Devices are as old as their members.
const fromFormTwo = `
ALTER TABLE events ADD COLUMN target INTEGER;
ALTER TABLE events ADD COLUMN reply INTEGER;
ALTER TABLE events ADD COLUMN edited INTEGER;
ALTER TABLE events ADD COLUMN changed INTEGER;
ALTER TABLE devices ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN seen INTEGER;
ALTER TABLE devices ADD COLUMN revoked INTEGER;
UPDATE devices SET since = coalesce((SELECT since FROM members WHERE id = devices.member), 0);
ALTER TABLE rooms ADD COLUMN access TEXT NOT NULL DEFAULT 'public';
ALTER TABLE rooms ADD COLUMN past TEXT NOT NULL DEFAULT 'whole';
ALTER TABLE rooms ADD COLUMN owner INTEGER;
ALTER TABLE rooms ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memberships ADD COLUMN floor INTEGER NOT NULL DEFAULT 0;
DROP INDEX events_by_room;
DROP INDEX events_by_file;
${later}`;

/**
 * Makes the tables in a new file, with this `logId`, and brings those of an older form here, in one transaction. (From
 * form 1 there is no step of its own: only its index of rooms was another, and that is made anew in any case.)
 */
export function bringToForm(database: DatabaseSync, path: string, logId: LogId): void {
  const version = v.parse(
    v.object({ user_version: v.number() }),
    database.prepare('PRAGMA user_version').get(),
  ).user_version;
  if (version === form) return;
  if (version > form) {
    throw new Error(
      `${path} was written by a newer chat-tui (form ${version}, this one knows ${form}). Start that version.`,
    );
  }
  database.exec('BEGIN IMMEDIATE');
  if (version === 0) {
    database.exec(tables);
    database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)').run('logId', logId);
  } else {
    database.exec(fromFormTwo);
  }
  database.exec(`PRAGMA user_version = ${form}`);
  database.exec('COMMIT');
}
