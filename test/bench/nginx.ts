// nginx as the reference for files: an instance of its own in a folder of its own, with curl as its client. Used by
// rows/files.ts where both are installed.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeServerKey } from '../../src/net/identity.ts';

export type Wire = 'plain' | 'tls';

/** Debian's nginx stands where the PATH of most users does not look. */
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];

/** Why nginx cannot be the reference here, or undefined. */
export function missing(): string | undefined {
  const [nginx, curl] = ['nginx', 'curl'].map(found);
  if (nginx === undefined || curl === undefined) return 'nginx or curl is not installed';
  const built = spawnSync(nginx, ['-V'], { encoding: 'utf8' }).stderr;
  return built.includes('http_dav_module') ? undefined : 'this nginx takes no PUT (no http_dav_module)';
}

function found(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export class Nginx {
  readonly #child: ChildProcess;
  readonly #root: string;
  readonly #url: string;

  private constructor(child: ChildProcess, root: string, url: string) {
    this.#child = child;
    this.#root = root;
    this.#url = url;
  }

  /** Below `folder`, which is on the same file system as what it is compared with. */
  static async start(folder: string, wire: Wire): Promise<Nginx> {
    const root = join(folder, 'root');
    mkdirSync(root, { recursive: true });
    const { keyPem, certPem } = await makeServerKey();
    writeFileSync(join(folder, 'key.pem'), keyPem, { mode: 0o600 });
    writeFileSync(join(folder, 'cert.pem'), certPem);
    const port = await freePort();
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, configured(folder, wire, port));
    const child = spawn(found('nginx') ?? 'nginx', ['-c', config, '-p', folder, '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await answering(port, child);
    return new Nginx(child, root, `${wire === 'tls' ? 'https' : 'http'}://127.0.0.1:${port}`);
  }

  /** What `get` fetches: another name of the same file. */
  offer(path: string): void {
    linkSync(path, join(this.#root, 'down.bin'));
  }

  get(to: string): Promise<void> {
    return this.#curl(['-o', to, `${this.#url}/down.bin`]);
  }

  /** Resolves with the path of what nginx has stored. */
  async put(from: string): Promise<string> {
    await this.#curl(['-T', from, `${this.#url}/up.bin`]);
    return this.stored;
  }

  get stored(): string {
    return join(this.#root, 'up.bin');
  }

  /** Start and end of curl with a connection of its own, and no file. */
  idle(): Promise<void> {
    writeFileSync(join(this.#root, 'nothing'), '');
    return this.#curl([`${this.#url}/nothing`]);
  }

  async #curl(args: readonly string[]): Promise<void> {
    const child = spawn('curl', ['-sS', '--fail', '--insecure', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`curl ${args.join(' ')} ended with ${code}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** As Debian ships it (sendfile on), with one worker, for there is one transfer at a time. */
function configured(folder: string, wire: Wire, port: number): string {
  const isRoot = process.getuid?.() === 0;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    ${isRoot ? 'user root;' : ''}
    daemon off;
    worker_processes 1;
    pid ${folder}/nginx.pid;
    events { worker_connections 64; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      client_max_body_size 0;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      server {
        listen 127.0.0.1:${port}${wire === 'tls' ? ' ssl' : ''};
        ${wire === 'tls' ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem; ssl_protocols TLSv1.3;` : ''}
        root ${folder}/root;
        location / { dav_methods PUT; }
      }
    }`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect({ port, host: '127.0.0.1' });
    const answered = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (answered) return;
    await setTimeout(20);
  }
  throw new Error(`nginx ended with ${child.exitCode}`);
}
