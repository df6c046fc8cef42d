// The client's own bounds: name, unit, reason. What both ends must know stands in protocol/limits.

const KiB = 1024;

export const clientBounds = {
  /** First pause before a new dial, at most; doubled each time. A restarted server is back in less than this. */
  backOffMs: 250,
  /** The longest pause: a laptop that comes back to its network is online again within this. */
  backOffMostMs: 15_000,
  /** A connection that lived this long was a good one: the next pause is a short one again. */
  stableMs: 10_000,
  /** A script that was online goes on trying this long (a restart, a change of network), then gives up. */
  scriptOutageMs: 60_000,
  /** Posts sent and not acknowledged: enough to fill the server's group commit, few to send again. */
  postsInFlight: 64,
  /** Posts wait in the outbox while more than this is queued for the socket: far below the bound that cuts. */
  postsQueuedBytes: 256 * KiB,
  /** Questions without an answer; a caller that asks more has lost count. */
  requestsWaiting: 1_000,
  /** Connections that went while the same question waited, before it is given up: it may be what ends them. */
  questionTries: 8,
  /** Rooms that one connection tells of: more than a member can be in. Over it the server is not to be trusted. */
  roomsHeard: 1_000,
  /** Rooms in the whole list: a screen that shows more is no list any more. */
  roomsListed: 5_000,
  /** Read positions are told this often at most, the newest of each room: other devices follow soon enough. */
  readEveryMs: 1_000,
  /** People in one answer of `who` unless the caller says otherwise. */
  whoMost: 1_000,

  /** What one member's local store takes on the disk: months of a busy team, and searched through in a blink. */
  localBytes: 64 * 1024 * KiB,
  /** When it is full so much of it is let go at once, in per cent: it is not done for every message. */
  localSparePercent: 10,
  /** Of each room the newest stay when others go: a screen and some scrolling. */
  localRoomEvents: 200,
  /** What comes is written together after this long; a crash loses no more, and that comes again from the server. */
  localFlushMs: 250,
  /** What may wait for the disk, for a flood that comes faster. */
  localWaiting: 2_000,
  /** The write-ahead log beside it is cut back to this. */
  localWalBytes: 4 * 1024 * KiB,
  /** SQLite's page cache: the newest pages of the rooms one looks at. */
  localCacheKiB: 2 * KiB,
  /** Characters of all drafts of one room: more than a message can have. */
  draftChars: 64 * KiB,
  /** Words that call one; each is looked for in every message that comes. */
  highlightsMax: 50,
  highlightChars: 64,
  /** People that one can ignore. */
  ignoredMax: 1_000,
  /** What was dropped is remembered this long, for another process that has it: a laptop asleep for two weeks. */
  localDropsMs: 30 * 24 * 3_600_000,
  /** A damaged store that was moved aside is removed after this long, when the next chat starts. */
  localAsideMs: 24 * 3_600_000,

  /** Bytes read and hashed in one step of the event loop: about 1 ms, so that keys are not kept waiting. */
  fileChunkBytes: 1024 * KiB,
  /** Parts of downloads that nobody went on with are removed after this long, when the next download starts. */
  partsKeptMs: 7 * 24 * 3_600_000,
  /** Progress is told at most this often: the eye sees no more. */
  progressEveryMs: 100,
  /** Speed is that of the last seconds, so that it follows the network and still does not flicker. */
  speedWindowMs: 3_000,
  /** Cuts in a row without one byte gained before a transfer gives up. */
  transferTries: 8,
  /** `name (1).ext` … `name (n).ext` before another folder is asked for. */
  nameTries: 10_000,
  /** Finished transfers that are still listed, so that a chat open for weeks does not gather them. */
  transfersListed: 100,
} as const satisfies Record<string, number>;
