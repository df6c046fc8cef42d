// The layer between a real server and its disk: compiles recorder.c with the machine's own compiler, starts servers under
// it, and turns its faults on and off. Where there is no compiler, or no Linux, `whyNoLayer` is the sentence that the
// tests which need it are skipped with.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changesIn, type Journal } from './journal.ts';

const built = compile();

/** Why power cuts and full disks cannot be made here; `undefined` where they can. */
export const whyNoLayer = 'why' in built ? built.why : undefined;

/** The name of tests that need the layer, with why they are skipped where they are. */
export function onLayer(name: string): string {
  return whyNoLayer === undefined ? name : `${name} (skipped: ${whyNoLayer})`;
}

function compile(): { readonly library: string } | { readonly why: string } {
  if (process.platform !== 'linux') return { why: 'the layer below the program is made for Linux' };
  const folder = mkdtempSync(join(tmpdir(), 'chat-tui-layer-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const library = join(folder, 'recorder.so');
  const source = join(import.meta.dirname, 'recorder.c');
  const words = ['-shared', '-fPIC', '-O2', '-pthread', '-o', library, source, '-ldl'];
  const { status, error, stderr } = spawnSync('cc', words, { encoding: 'utf8' });
  if (error !== undefined) return { why: 'there is no C compiler (cc) here' };
  if (status !== 0) throw new Error(`recorder.c does not compile: ${stderr}`);
  return { library };
}

export type Refused = { readonly writes: number; readonly names: number; readonly syncs: number };

export type Layer = {
  /** For the process that is to run on it. */
  readonly env: Readonly<Record<string, string>>;
  /** Length of the journal: what a client hears now was done before this place. */
  readonly length: () => number;
  readonly journal: () => Journal;
  /** Files may grow by so many bytes more; with none left no name can be made either. */
  readonly leave: (freeBytes: number) => void;
  readonly makeSpace: () => void;
  /** Behind `before` more syncs, so many fail. */
  readonly failSyncs: (before: number, failing: number) => void;
  readonly refused: () => Refused;
};

const endless = 2n ** 64n - 1n;

/** A layer over `root`, whose journal and switches are kept in `folder`. */
export function openLayer(root: string, folder: string): Layer {
  if ('why' in built) throw new Error(`No layer: ${built.why}.`);
  const own = mkdtempSync(join(folder, 'layer-'));
  const journal = join(own, 'journal');
  const control = join(own, 'control');
  writeFileSync(journal, '');
  writeFileSync(control, Buffer.alloc(64));
  const set = (at: number, bytes: Buffer) => {
    const file = openSync(control, 'r+');
    writeSync(file, bytes, 0, bytes.length, at);
    closeSync(file);
  };
  const leave = (freeBytes: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(freeBytes);
    set(0, bytes);
  };
  leave(endless);
  return {
    env: {
      LD_PRELOAD: built.library,
      DISK_ROOT: root,
      DISK_JOURNAL: journal,
      DISK_CONTROL: control,
      // What a ring of the kernel's does passes below every library.
      UV_USE_IO_URING: '0',
    },
    length: () => statSync(journal).size,
    journal: () => changesIn(readFileSync(journal)),
    leave: (freeBytes) => leave(BigInt(freeBytes)),
    makeSpace: () => leave(endless),
    failSyncs: (before, failing) => set(8, Buffer.from(new Uint32Array([before, failing]).buffer)),
    refused: () => {
      const [writes = 0, names = 0, syncs = 0] = new Uint32Array(
        new Uint8Array(readFileSync(control)).buffer,
        16,
        3,
      );
      return { writes, names, syncs };
    },
  };
}
