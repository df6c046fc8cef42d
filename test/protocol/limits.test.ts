// Every limit has a place where it is enforced and a test that goes one over it. A new limit does not compile here
// until both are named, and one that nobody enforces any more fails.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientBounds } from '../../src/client/bounds.ts';
import { type Limits, limits } from '../../src/protocol/limits.ts';

/** Below src/, and below test/. */
type Held = readonly [enforced: string, tested: string];

const ofBoth: { readonly [name in keyof Limits]: Held } = {
  frameBytesBeforeLogin: ['net/listen.ts', 'faults/identity.test.ts'],
  frameBytesUp: ['server/session.ts', 'faults/limits.test.ts'],
  frameBytesDown: ['net/dial.ts', 'faults/hostile-server.test.ts'],
  pageBytes: ['server/sync.ts', 'server/presence.test.ts'],
  pageEvents: ['server/sync.ts', 'server/sync.test.ts'],
  textBytes: ['protocol/text-limit.ts', 'server/malformed.test.ts'],
  nickChars: ['text/nick.ts', 'text/nick.test.ts'],
  nickColumns: ['text/nick.ts', 'text/nick.test.ts'],
  roomChars: ['protocol/names.ts', 'protocol/names.test.ts'],
  topicChars: ['server/handlers/topic.ts', 'server/changes.test.ts'],
  emojiBytes: ['protocol/shapes.ts', 'protocol/codec.test.ts'],
  reactionsPerMessage: ['store/memory/messages.ts', 'server/changes.test.ts'],
  queryChars: ['protocol/client-packets.ts', 'protocol/codec.test.ts'],
  foundEvents: ['server/search-query.ts', 'server/search.test.ts'],
  searchMs: ['store/sqlite/search.ts', 'store/sqlite/search.test.ts'],
  unreadMax: ['server/marks.ts', 'server/marks.test.ts'],
  mentionsPerMessage: ['server/mentions.ts', 'server/marks.test.ts'],
  devicesPerMember: ['server/login.ts', 'server/devices.test.ts'],
  codeMs: ['server/codes.ts', 'server/devices.test.ts'],
  typingMs: ['server/typing.ts', 'server/signals.test.ts'],
  idleMs: ['server/presence.ts', 'server/signals.test.ts'],
  sentenceChars: ['protocol/shapes.ts', 'protocol/codec.test.ts'],
  secretChars: ['protocol/shapes.ts', 'protocol/codec.test.ts'],
  agentChars: ['protocol/shapes.ts', 'protocol/codec.test.ts'],
  features: ['protocol/client-packets.ts', 'protocol/codec.test.ts'],
  syncRooms: ['protocol/client-packets.ts', 'protocol/codec.test.ts'],
  fileNameBytes: ['protocol/notes.ts', 'protocol/codec.test.ts'],
  uploadBytes: ['server/transfers.ts', 'server/transfers.test.ts'],
  uploadsAtOnce: ['server/transfers.ts', 'server/transfers.test.ts'],
  downloadsAtOnce: ['server/transfers.ts', 'faults/limits.test.ts'],
  uploadKeptMs: ['store/files/blobs.ts', 'store/blobs-contract.test.ts'],
  quotaBytesPerMember: ['server/transfers.ts', 'server/transfers.test.ts'],
  nickKeptMs: ['store/sqlite/orders.ts', 'store/people-contract.test.ts'],
  roomsPerMember: ['server/handlers/join.ts', 'server/sync.test.ts'],
  rooms: ['server/handlers/join.ts', 'faults/limits.test.ts'],
  movesToldMembers: ['server/membership.ts', 'server/sync.test.ts'],
  handshakeMs: ['net/half-open.ts', 'net/half-open.test.ts'],
  frameBodyMs: ['net/inlet.ts', 'net/reading.test.ts'],
  pingEveryMs: ['server/server.ts', 'faults/limits.test.ts'],
  silenceMs: ['net/inlet.ts', 'net/reading.test.ts'],
  ticketMs: ['server/tickets.ts', 'server/transfers.test.ts'],
  transferSilenceMs: ['server/transfers.ts', 'server/transfers.test.ts'],
  postsBurst: ['server/rates.ts', 'server/rates.test.ts'],
  postsPerSecond: ['server/rates.ts', 'server/rates.test.ts'],
  marksBurst: ['server/rates.ts', 'server/rates.test.ts'],
  marksPerSecond: ['server/rates.ts', 'server/rates.test.ts'],
  readBytesBurst: ['server/rates.ts', 'server/rates.test.ts'],
  readBytesPerSecond: ['server/rates.ts', 'server/rates.test.ts'],
  malformedMax: ['server/session.ts', 'server/malformed.test.ts'],
  packetsPerTurn: ['net/inlet.ts', 'net/reading.test.ts'],
  halfOpen: ['net/half-open.ts', 'net/half-open.test.ts'],
  halfOpenPerAddress: ['net/half-open.ts', 'net/half-open.test.ts'],
  halfOpenWaitingPerAddress: ['net/half-open.ts', 'net/half-open.test.ts'],
  halfOpenWaiting: ['net/half-open.ts', 'net/half-open.test.ts'],
  halfOpenSilenceMs: ['net/half-open.ts', 'net/half-open.test.ts'],
  halfOpenAnswerMs: ['net/half-open.ts', 'net/half-open.test.ts'],
  loginFailuresPerAddress: ['server/login-failures.ts', 'server/login-failures.test.ts'],
  loginFailureWindowMs: ['server/login-failures.ts', 'server/login-failures.test.ts'],
  sendQueueBytes: ['net/outlet.ts', 'net/writing.test.ts'],
  sendQueueFullMs: ['net/outlet.ts', 'net/writing.test.ts'],
  sendQueueBurstBytes: ['net/outlet.ts', 'net/writing.test.ts'],
  sendQueueStallMs: ['net/outlet.ts', 'net/writing.test.ts'],
  sendQueuesBytes: ['server/server.ts', 'faults/limits.test.ts'],
  appendsWaiting: ['server/session.ts', 'faults/limits.test.ts'],
  presenceBatchMs: ['server/presence.ts', 'server/presence.test.ts'],
  leaveDelayMs: ['server/presence.ts', 'server/presence.test.ts'],
  drainMs: ['server/server.ts', 'server/ends.test.ts'],
  idleExitMs: ['server/server.ts', 'server/ends.test.ts'],
  resumeEventsPerRoom: ['server/sync.ts', 'server/sync.test.ts'],
  freshEventsPerRoom: ['server/sync.ts', 'server/sync.test.ts'],
  transferChunkBytes: ['store/files/blobs.ts', 'faults/limits.test.ts'],
  clientEventsPerRoom: ['ui/state/timeline.ts', 'ui/state/window.test.ts'],
  quoteChars: ['store/content.ts', 'server/changes.test.ts'],
  outboxEntries: ['client/outbox.ts', 'client/bounds.test.ts'],
};

/** The client's, but for how often it makes a file's bytes safe, which no peer can meet. */
const ofTheClient: { readonly [name in keyof typeof clientBounds]?: Held } = {
  backOffMs: ['client/dial-loop.ts', 'client/bounds.test.ts'],
  backOffMostMs: ['client/dial-loop.ts', 'client/bounds.test.ts'],
  stableMs: ['client/dial-loop.ts', 'client/bounds.test.ts'],
  scriptOutageMs: ['client/session.ts', 'client/bounds.test.ts'],
  postsInFlight: ['client/outbox.ts', 'client/bounds.test.ts'],
  postsQueuedBytes: ['client/posting.ts', 'client/posting.test.ts'],
  requestsWaiting: ['client/requests.ts', 'client/bounds.test.ts'],
  questionTries: ['client/requests.ts', 'faults/hostile-server.test.ts'],
  roomsHeard: ['client/following.ts', 'faults/hostile-server.test.ts'],
  roomsListed: ['client/room-list.ts', 'client/questions.test.ts'],
  readEveryMs: ['client/reading.ts', 'client/reading.test.ts'],
  localBytes: ['client/local/open.ts', 'client/local/keeping.test.ts'],
  localRoomEvents: ['client/local/room-for-more.ts', 'client/local/keeping.test.ts'],
  localDropsMs: ['client/local/keeping.ts', 'client/local/keeping.test.ts'],
  localAsideMs: ['client/local/open.ts', 'client/local/keeping.test.ts'],
  draftChars: ['client/words.ts', 'client/local/keeping.test.ts'],
  ignoredMax: ['client/words.ts', 'client/local/keeping.test.ts'],
  whoMost: ['client/roster.ts', 'client/bounds.test.ts'],
  fileChunkBytes: ['client/local-file.ts', 'client/bounds.test.ts'],
  progressEveryMs: ['client/job.ts', 'client/bounds.test.ts'],
  speedWindowMs: ['client/job.ts', 'client/bounds.test.ts'],
  transferTries: ['client/again.ts', 'client/bounds.test.ts'],
  nameTries: ['client/part-file.ts', 'client/bounds.test.ts'],
  transfersListed: ['client/transfers.ts', 'client/bounds.test.ts'],
};

const root = join(import.meta.dirname, '..', '..');
const names = (path: string, name: string) => {
  const file = join(root, path);
  return existsSync(file) && new RegExp(`\\b${name}\\b`).test(readFileSync(file, 'utf8'));
};

test.each(Object.entries<Held>({ ...ofBoth, ...ofTheClient }))(
  '%s is enforced and gone over',
  (name, held) => {
    const [enforced, tested] = held;
    expect([enforced, names(`src/${enforced}`, name)]).toEqual([enforced, true]);
    expect([tested, names(`test/${tested}`, name)]).toEqual([tested, true]);
  },
);

test('every bound is a whole number above 0', () => {
  for (const [name, bound] of Object.entries({ ...limits, ...clientBounds })) {
    expect([name, Number.isSafeInteger(bound) && bound > 0]).toEqual([name, true]);
  }
});
