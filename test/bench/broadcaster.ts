// The reference for the fan-out rows: a bare broadcaster that stores and understands nothing. For every frame that
// comes from a writer it sends an event frame to every socket and an ack to the writer, of exactly the sizes the
// real server sends, with one write per socket and event-loop turn. Child process: argv is {eventBytes, ackBytes}.
import { createServer, type Socket } from 'node:net';

const { eventBytes, ackBytes } = JSON.parse(process.argv[2] ?? '') as {
  eventBytes: number;
  ackBytes: number;
};

/** What came of a socket: frames of this turn, and where in a frame it stands. */
type Peer = { readonly socket: Socket; posts: number; need: number; head: number; headBytes: number };

const eventFrame = frame(eventBytes);
const ackFrame = frame(ackBytes);
const peers = new Set<Peer>();
let posted = 0;
let isScheduled = false;

function frame(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes, 0x20);
  buffer.writeUInt32BE(bytes - 4, 0);
  return buffer;
}

function flush(): void {
  isScheduled = false;
  const events = repeat(eventFrame, posted);
  posted = 0;
  for (const peer of peers) {
    const own = peer.posts;
    peer.posts = 0;
    if (own === 0) peer.socket.write(events);
    else peer.socket.write(Buffer.concat([repeat(ackFrame, own), events]));
  }
}

function repeat(buffer: Buffer, times: number): Buffer {
  return Buffer.alloc(buffer.length * times, buffer);
}

/** Counts whole frames by their length prefix. */
function take(peer: Peer, chunk: Buffer): void {
  let at = 0;
  while (at < chunk.length) {
    if (peer.need > 0) {
      const step = Math.min(peer.need, chunk.length - at);
      peer.need -= step;
      at += step;
      if (peer.need > 0) return;
      peer.posts += 1;
      posted += 1;
      continue;
    }
    peer.head = peer.head * 256 + (chunk[at] ?? 0);
    at += 1;
    peer.headBytes += 1;
    if (peer.headBytes < 4) continue;
    peer.need = peer.head;
    peer.head = 0;
    peer.headBytes = 0;
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  const peer: Peer = { socket, posts: 0, need: 0, head: 0, headBytes: 0 };
  peers.add(peer);
  socket.on('data', (chunk) => {
    take(peer, chunk);
    if (posted === 0 || isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => peers.delete(peer));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('disconnect', () => process.exit(0));
