// What a local server that was just started says to the program that started it, over the channel between them.

export type StartMessage =
  | { readonly is: 'ready' }
  /** Another server holds the data folder. */
  | { readonly is: 'busy' }
  | { readonly is: 'failed'; readonly message: string };

export function parseStartMessage(value: unknown): StartMessage | undefined {
  if (typeof value !== 'object' || value === null || !('is' in value)) return undefined;
  if (value.is === 'ready' || value.is === 'busy') return { is: value.is };
  if (value.is !== 'failed' || !('message' in value)) return undefined;
  return { is: 'failed', message: String(value.message) };
}

/** Tells the starter and lets go of the channel. The starter may be gone; the server stays all the same. */
export function tellStarter(message: StartMessage): void {
  if (process.send === undefined || !process.connected) return;
  process.send(message, undefined, undefined, () => {
    if (process.connected) process.disconnect();
  });
}
