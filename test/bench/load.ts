// The load generator, a process of its own: members that count what they get, writers among them that keep a window
// of unacknowledged posts or post at a pace. Child process: argv is a LoadPlan, it answers a LoadResult.
import { setTimeout as passed } from 'node:timers/promises';
import { enterAll, type Member, postFrames, type Wire } from './member.ts';

export type LoadPlan = {
  readonly port: number;
  readonly members: number;
  readonly writers: number;
  /** Unacknowledged posts of one writer. */
  readonly window: number;
  readonly textBytes: number;
  readonly seconds: number;
  readonly wire: Wire;
  /** All writers together. Absent: as fast as their windows allow. */
  readonly postsPerSecond?: number;
};

export type LoadResult = {
  readonly deliveries: number;
  readonly posts: number;
  readonly seconds: number;
  /** CPU seconds of the generator over seconds: its share of one core. */
  readonly share: number;
  readonly eventBytes: number;
  readonly ackBytes: number;
  /**
   * At a pace: milliseconds from each post to the moment in which the last member had it. The n-th post is the n-th
   * event: who overtakes whom on the way does so within one batch, which arrives together.
   */
  readonly toAllMs: readonly number[];
};

const plan = JSON.parse(process.argv[2] ?? '') as LoadPlan;
const frames = postFrames(plan.textBytes);
const members = await enterAll(plan.wire, plan.port, plan.members);
const writers = members.slice(0, plan.writers);
let deliveries = 0;
let posts = 0;
let isRunning = true;

/** For each post, when it was sent and how many members do not have it yet. */
const sentAt: number[] = [];
const missing: number[] = [];
let toAllMs: number[] = [];

function countAll(): void {
  for (const [index, member] of members.entries()) {
    let got = 0;
    const isWriter = index < plan.writers;
    member.count((events, acks) => {
      deliveries += events;
      if (plan.postsPerSecond !== undefined) for (let n = 0; n < events; n += 1) arrived(got++);
      if (!isWriter || acks === 0) return;
      posts += acks;
      if (isRunning && plan.postsPerSecond === undefined) member.write(frames(acks));
    });
  }
}

function arrived(post: number): void {
  const left = (missing[post] ?? plan.members) - 1;
  missing[post] = left;
  const sent = sentAt[post];
  if (left === 0 && sent !== undefined) toAllMs.push(performance.now() - sent);
}

function begin(): void {
  const { postsPerSecond } = plan;
  if (postsPerSecond === undefined) {
    for (const writer of writers) writer.write(frames(plan.window));
    return;
  }
  const begun = performance.now();
  setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * postsPerSecond;
    while (sentAt.length < due) send(writers[sentAt.length % writers.length]);
  }, 1);
}

function send(writer: Member | undefined): void {
  sentAt.push(performance.now());
  writer?.write(frames(1));
}

// Joins and presence of the others have to be through before counting begins.
await passed(1_000);
countAll();
begin();
await passed(1_000);
process.send?.({ started: true });
toAllMs = [];
const before = { cpu: process.cpuUsage(), at: performance.now(), deliveries, posts };
await passed(plan.seconds * 1_000);
const cpu = process.cpuUsage(before.cpu);
const seconds = (performance.now() - before.at) / 1_000;
const result: LoadResult = {
  deliveries: deliveries - before.deliveries,
  posts: posts - before.posts,
  seconds,
  share: (cpu.user + cpu.system) / 1e6 / seconds,
  eventBytes: members.at(-1)?.eventBytes ?? 0,
  ackBytes: writers[0]?.ackBytes ?? 0,
  toAllMs,
};
isRunning = plan.postsPerSecond !== undefined;
// The members stay until the row that asked has looked at the server with them, and ends this process.
process.send?.({ result });
process.on('disconnect', () => process.exit(0));
