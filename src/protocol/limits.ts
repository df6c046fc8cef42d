// Every bound of the program, in one table: its name, its unit and its reason. Both ends read it;
// a test goes one over each. Sizes are bytes unless the name says otherwise, times are milliseconds.

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

export const limits = {
  /** A stranger can make us hold this much before it has proven anything. `hello` needs about 400 bytes. */
  frameBytesBeforeLogin: 4 * KiB,
  /** Client to server: the largest post (16 KiB of text, encoded) with room to spare. */
  frameBytesUp: 64 * KiB,
  /** Server to client: a page of history. */
  frameBytesDown: 256 * KiB,
  /** A page stops being filled here, so that one event more still fits into `frameBytesDown`. */
  pageBytes: 192 * KiB,
  /** Events in one page at the most: bounds the work of one request. */
  pageEvents: 500,

  /** UTF-8 bytes of a message's text, and of the same text as a JSON string without its quotes. */
  textBytes: 16 * KiB,
  nickChars: 32,
  /** Terminal columns: a nick may not push the text of its line off the screen. */
  nickColumns: 24,
  roomChars: 64,
  topicChars: 400,
  /** A family of four with skin tones has 41. */
  emojiBytes: 64,
  /** Reactions of one message, each of one member: with it they fit into a page. */
  reactionsPerMessage: 200,
  /** A search as typed. */
  queryChars: 400,
  /** Results of one search or mentions page. */
  foundEvents: 100,
  /** What a search may take before it is given up, as its answer would be too late anyway. */
  searchMs: 2_000,
  /** Unread messages and mentions are counted no further: "1,000+" says as much. */
  unreadMax: 1_000,
  /** Nicks that are looked up in one message. */
  mentionsPerMessage: 50,
  /** Keys of one member. */
  devicesPerMember: 32,
  /** A one-time code for another device is good for this long. */
  codeMs: 600_000,
  /** Who types says so this often at the most, and is shown as typing for twice as long. */
  typingMs: 3_000,
  /** Nothing said or read for this long: idle. */
  idleMs: 300_000,
  /** One sentence for a person, or a server's name: the whole of an error on a screen of 80 columns. */
  sentenceChars: 400,
  /** Tokens and tickets; ours have 22 and 43. */
  secretChars: 128,
  /** Name and version of a program, for a log line. */
  agentChars: 64,
  /** Words in `hello` for what a client can do beyond this version. */
  features: 32,
  /** Rooms that one `sync` of a script names. */
  syncRooms: 100,
  /** A file's name as sent, UTF-8. The receiver makes its own from it (`safeName`). */
  fileNameBytes: 255,
  /** Default for one upload; `serve` can set another. */
  uploadBytes: 2 * GiB,
  uploadsAtOnce: 3,
  downloadsAtOnce: 6,
  /** Unfinished uploads are kept this long, so that a broken one can go on. */
  uploadKeptMs: 24 * 3_600_000,
  /** All blobs that one member may hold on a server: an invited member cannot fill the disk alone. */
  quotaBytesPerMember: 20 * GiB,
  /** A former nick stays its member's this long, so that nobody can pass for who went by it. */
  nickKeptMs: 90 * 24 * 3_600_000,
  /** Members, rooms and memberships that a stranger with a token can make. */
  roomsPerMember: 100,
  rooms: 10_000,
  /**
   * Joins and parts are told in a room with fewer members than this. In a larger one they would be n² deliveries, and
   * nobody reads them: there the roster says who is in.
   */
  movesToldMembers: 50,

  handshakeMs: 10_000,
  frameBodyMs: 30_000,
  pingEveryMs: 30_000,
  /** No byte from the peer for this long: it is gone (two pings missed and some slack). */
  silenceMs: 75_000,
  /** A ticket is used at once or not at all. */
  ticketMs: 30_000,
  /** A transfer that moves no byte for this long is cut; it can go on from its offset. */
  transferSilenceMs: 60_000,

  /** Posts; counted apart, joining, parting and new nicks, which leave something behind too. */
  postsBurst: 20,
  postsPerSecond: 5,
  /** Read positions, typing, away, notify levels: a client sends about one a second. */
  marksBurst: 20,
  marksPerSecond: 5,
  /** Reads (sync, history, who and the like): bytes a member may have sent to it, refilled per second. */
  readBytesBurst: 8 * MiB,
  readBytesPerSecond: 4 * MiB,
  malformedMax: 5,
  packetsPerTurn: 64,

  halfOpen: 64,
  halfOpenPerAddress: 8,
  /**
   * Accepted but not yet begun, because their address (or the whole) is at its bound: held unread, without TLS.
   * A hundred people behind one address come back at once after a restart, and all get in.
   */
  halfOpenWaitingPerAddress: 128,
  halfOpenWaiting: 1_024,
  /** While others wait, a half-open one that says nothing for this long makes room. */
  halfOpenSilenceMs: 1_000,
  /** The same once it has sent a packet: then it is we who owe the answer. */
  halfOpenAnswerMs: 5_000,
  loginFailuresPerAddress: 10,
  loginFailureWindowMs: 600_000,

  /** What a reader may be behind, of one connection. */
  sendQueueBytes: 1 * MiB,
  /** So long it may be behind further: what came in one turn says nothing about how quick the peer is. */
  sendQueueFullMs: 2_000,
  /** And by no more than this: a commit of many full-size posts, or a page of each room, at once. */
  sendQueueBurstBytes: 4 * MiB,
  /** No byte taken for this long: the peer stands. Also how long a closing connection may take to say its last. */
  sendQueueStallMs: 10_000,
  /** All send queues of a server: over it the largest goes. */
  sendQueuesBytes: 512 * MiB,
  /** Posts waiting for the log's writer, over all sessions; beyond it sockets are not read. */
  appendsWaiting: 10_000,

  presenceBatchMs: 250,
  /** A leave waits this long for the member to come back. */
  leaveDelayMs: 30_000,
  drainMs: 5_000,
  /** A local server leaves this long after its last connection or transfer. */
  idleExitMs: 600_000,

  /** More missed than this in a room: the newest page and a gap, not the whole. */
  resumeEventsPerRoom: 1_000,
  /** Newest events of a room that a fresh client is given. */
  freshEventsPerRoom: 100,
  transferChunkBytes: 1 * MiB,
  /** Messages a client keeps per room around what it shows; the rest is asked for again. */
  clientEventsPerRoom: 2_000,
  /** Messages typed while the server is away. */
  outboxEntries: 2_000,
  /** Characters of a quoted message: a line above the reply. */
  quoteChars: 200,
} as const;

export type Limits = { readonly [name in keyof typeof limits]: number };

export const protocolVersion = 1;
export const defaultPort = 2428;
export const defaultRoom = 'general';
