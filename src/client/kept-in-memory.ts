// Drafts and ignored people for a client without a local store: gone with the program. The session takes it until
// there is a store.
import type { RoomName } from '../protocol/names.ts';
import type { MemberId } from '../protocol/packet.ts';
import type { Drafts, Ignored } from './client.ts';

export function keptInMemory(): { readonly drafts: Drafts; readonly ignored: Ignored } {
  return { drafts: draftsInMemory(), ignored: ignoredInMemory() };
}

function draftsInMemory(): Drafts {
  const texts = new Map<RoomName, string>();
  return {
    get: (room) => texts.get(room) ?? '',
    set: (room, text) => {
      if (text === '') texts.delete(room);
      else texts.set(room, text);
    },
  };
}

function ignoredInMemory(): Ignored {
  const nicks = new Map<MemberId, string>();
  return {
    get list() {
      return [...nicks].map(([member, nick]) => ({ member, nick }));
    },
    has: (member) => nicks.has(member),
    add: (member, nick) => void nicks.set(member, nick),
    remove: (member) => void nicks.delete(member),
  };
}
