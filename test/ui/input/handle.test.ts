// Keys as a terminal sends them, to what the chat has become: the editor, the view, what was sent, and the ends.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeLine } from '../../../src/text/safe-text.ts';
import { makeDecoder } from '../../../src/ui/input/decode.ts';
import { editorLimits } from '../../../src/ui/input/editor.ts';
import { handleInput } from '../../../src/ui/input/handle.ts';
import { snap } from '../../../src/ui/input/stops.ts';
import { submit } from '../../../src/ui/input/submit.ts';
import type { ChatContext } from '../../../src/ui/state/context.ts';
import { firstState } from '../../../src/ui/state/first.ts';
import { makeStore } from '../../../src/ui/state/store.ts';
import { themeFor } from '../../../src/ui/theme.ts';
import { roomNote } from '../../helpers/around.ts';
import { came, message, room, roster, welcome } from '../../helpers/events.ts';
import { fakeClient } from '../../helpers/fake-client.ts';

function chat() {
  const client = fakeClient();
  const store = makeStore(
    firstState({
      room,
      nick: 'ada',
      isFirstRun: false,
      isLocal: true,
      serverLabel: safeLine('here'),
      theme: themeFor({ NO_COLOR: '1' }),
      columns: 80,
      rows: 24,
    }),
  );
  store.dispatch(welcome());
  store.dispatch(roster('ada', 'bob', 'bodo'));
  const did: string[] = [];
  const notices: string[] = [];
  const context: ChatContext = {
    client,
    store,
    downloads: '/nowhere',
    now: () => 0,
    notice: (text) => notices.push(text),
    room: () => store.get().room,
    scroll: (step) => did.push(`scroll ${JSON.stringify(step)}`),
    quit: () => did.push('quit'),
    redraw: () => did.push('redraw'),
    suspend: () => did.push('suspend'),
    copy: (text) => did.push(`copy ${text}`),
    setMouse: (to) => did.push(`mouse ${to}`),
  };
  const decoder = makeDecoder();
  const press = (bytes: string) => {
    const events = [...decoder.push(Buffer.from(bytes)), ...decoder.flush()];
    for (const event of events) handleInput(event, context);
  };
  const editor = () => store.get().editor;
  return { client, store, context, did, notices, press, editor };
}

/** What was asked of promises is done before the next look. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('sending', () => {
  test('Enter sends what was typed, several keys of one chunk in their order', () => {
    const { press, client, editor } = chat();
    press('helo\x1b[Dl\x1b[Fx\x7f\rnext');
    expect([client.posted, editor().text]).toEqual([['hello'], 'next']);
  });

  test('Ctrl-j, Alt-Enter and Shift-Enter make new lines', () => {
    const { press, client } = chat();
    press('a\nb\x1b\rc\x1b[13;2ud\r');
    expect(client.posted).toEqual(['a\nb\nc\nd']);
  });

  test('a paste never sends', () => {
    const { press, client, editor } = chat();
    press('\x1b[200~one\rtwo\r\x1b[201~');
    expect([client.posted, editor().text]).toEqual([[], 'one\ntwo']);
  });

  test('of a paste that may not all be seen the lines are counted, until the next key', () => {
    const { press, store } = chat();
    press(`\x1b[200~${'line\r\n'.repeat(50)}\x1b[201~`);
    expect(store.get().hint).toContain('50 lines pasted');
    press('x');
    expect(store.get().hint).toBeUndefined();
  });

  test('a paste that does not fit says so', () => {
    const { press, notices } = chat();
    press(`\x1b[200~${'x'.repeat(editorLimits.textUnits + 1)}\x1b[201~`);
    expect(notices[0]).toContain('The paste was cut');
  });

  test('blank text is not sent and not cleared', () => {
    const { press, client, editor } = chat();
    press('  \r');
    expect([client.posted, editor().text]).toEqual([[], '  ']);
  });

  test('a text longer than a message is sent in parts', () => {
    const { press, client } = chat();
    press(`\x1b[200~${'x'.repeat(40_000)}\x1b[201~\r`);
    expect(client.posted.map((text) => text.length)).toEqual([16_384, 16_384, 7_232]);
  });
});

describe('commands', () => {
  test('a word that is no command is not sent, stays, and the nearest is named', async () => {
    const { press, client, editor, notices } = chat();
    press('/whi\r');
    await settled();
    expect([client.posted, editor().text]).toEqual([[], '/whi']);
    expect(notices[0]).toContain('Did you mean /who?');
  });

  test('a refused command comes back, unless something was typed meanwhile', async () => {
    const { press, editor, notices } = chat();
    press('/join\r');
    await settled();
    expect([editor().text, notices[0]]).toEqual(['/join', expect.stringContaining('Which room?')]);
    press('\x15/join\rmore');
    await settled();
    expect(editor().text).toBe('more');
    press('\x15\x1b[A');
    expect(editor().text).toBe('/join');
  });

  test('a command that is refused late is left to Up', async () => {
    const { press, context, editor } = chat();
    press('/join');
    const times = [0, 60_000];
    await submit(context, () => times.shift() ?? 0);
    expect(editor().text).toBe('');
    press('\x1b[A');
    expect(editor().text).toBe('/join');
  });

  test('!INFO asks the server, !disconnect leaves', async () => {
    const { press, did, notices } = chat();
    press('!info\r');
    await settled();
    press('!disconnect\r');
    await settled();
    expect([notices, did]).toEqual([[expect.stringContaining('1 online')], ['quit']]);
  });

  test('/get knows the files of the room that are in sight', async () => {
    const { press, store, notices } = chat();
    press('/get\r');
    await settled();
    expect(notices.at(-1)).toContain('/file PATH');
    const sha256 = 'a'.repeat(64) as never;
    store.dispatch(came(message(5, '', { file: { name: 'plan.pdf', size: 3, sha256 } })));
    press('\x15/get\r');
    await settled();
    expect(notices.at(-1)).toContain('5  plan.pdf  3 B');
  });
});

describe('leaving', () => {
  test('Ctrl-c clears, Up brings it back, twice in a row leaves', () => {
    const { press, did, editor } = chat();
    press('text\x03');
    expect([editor().text, did]).toEqual(['', []]);
    press('\x1b[A');
    expect(editor().text).toBe('text');
    press('\x03\x1b[5~\x03');
    expect(did).not.toContain('quit');
    press('\x03');
    expect(did).toContain('quit');
  });

  test('Ctrl-d deletes, and leaves where nothing is typed', () => {
    const { press, did, editor } = chat();
    press('ab\x01\x04');
    expect([editor().text, did]).toEqual(['b', []]);
    press('\x04\x04');
    expect(did).toEqual(['quit']);
  });
});

describe('the view', () => {
  test.each([
    ['PgUp', '\x1b[5~', 'scroll {"pages":-1}'],
    ['Shift-Down', '\x1b[1;2B', 'scroll {"lines":1}'],
    ['the wheel', '\x1b[<64;1;1M', 'scroll {"lines":-3}'],
    ['Ctrl-Home', '\x1b[1;5H', 'scroll {"to":"top"}'],
    ['Alt-End', '\x1b[1;3F', 'scroll {"to":"end"}'],
    ['End, where nothing is typed', '\x1b[F', 'scroll {"to":"end"}'],
    ['Ctrl-l', '\x0c', 'redraw'],
    ['Ctrl-z', '\x1a', 'suspend'],
    ['Alt-m', '\x1bm', 'mouse terminal'],
  ])('%s', (_key, bytes, deed) => {
    const { press, did } = chat();
    press(bytes);
    expect(did).toEqual([deed]);
  });

  test('Alt-m and /mouse give the mouse and take it back', async () => {
    const { press, did, store } = chat();
    press('\x1bm');
    expect(store.get().hint).toContain('the terminal’s');
    press('\x1bm/mouse\r');
    await settled();
    expect(did).toEqual(['mouse terminal', 'mouse ours', 'mouse terminal']);
    expect(store.get().mouse).toBe('terminal');
  });

  test('Alt-a and Ctrl-g open the next room with something new, and say where there is none', () => {
    const { press, store } = chat();
    const rooms = ['one', 'two', 'three'] as (typeof room)[];
    for (const name of rooms) store.dispatch({ type: 'joined', note: roomNote(name) });
    for (const name of ['two', 'three'] as (typeof room)[])
      store.dispatch(came(message(2, 'new', { room: name })));
    press('\x1ba');
    expect(store.get().room).toBe('three');
    press('\x07');
    expect(store.get().room).toBe('two');
    press('\x1ba');
    expect([store.get().room, store.get().hint]).toEqual(['two', 'Nothing new in other rooms.']);
  });

  test('F1 opens help, it scrolls, Esc closes it, and typing closes it and types', () => {
    const { press, store, editor } = chat();
    press('\x1bOP\x1b[6~');
    expect(store.get().help?.row).toBeGreaterThan(0);
    press('\x1b[H');
    expect(store.get().help?.row).toBe(0);
    press('\x1b[F\x1b[A\x1b[B\x1b[B');
    const end = store.get().help?.row;
    press('\x1b[6~\x1b[A');
    expect(store.get().help?.row).toBe((end ?? 0) - 1);
    press('\x1b');
    expect(store.get().help).toBeUndefined();
    press('\x1bOPx');
    expect([store.get().help, editor().text]).toEqual([undefined, 'x']);
  });

  test('F7 and F8 hide the lists, focus is noted', () => {
    const { press, store } = chat();
    press('\x1b[18~\x1b[19~\x1b[O');
    expect([store.get().hiddenLists, store.get().isFocused]).toEqual([{ rooms: true, roster: true }, false]);
  });

  test('Ctrl-n and Alt-1 go to rooms', () => {
    const { press, store } = chat();
    store.dispatch({ type: 'joined', note: roomNote('random') });
    press('\x0e');
    expect(store.get().room).toBe('random');
    press('\x1b1');
    expect(store.get().room).toBe('general');
  });
});

describe('Tab', () => {
  test('offers those who are here, never oneself, and shows what there is', async () => {
    const { press, store, editor } = chat();
    press('bo\t');
    await settled();
    expect(editor().text).toBe('bob: ');
    expect(store.get().popup?.items.map(({ label }) => label)).toEqual(['bob:', 'bodo:']);
    press('\t');
    expect([editor().text, store.get().popup?.selected]).toEqual(['bodo: ', 1]);
    press('x');
    expect([editor().text, store.get().popup]).toEqual(['bodo: x', undefined]);
    press('\x15ada\t');
    await settled();
    expect(editor().text).toBe('ada');
  });

  test('a listing that comes after more was typed is dropped', async () => {
    const { press, editor } = chat();
    press('bo\tx');
    await settled();
    expect(editor().text).toBe('box');
  });
});

describe('whatever is pressed', () => {
  test('the cursor stands between graphemes and nothing throws', async () => {
    const sent = fc.constantFrom(
      ...['a', 'é', '👨‍👩‍👧', ' ', '\n', '\t', '\x7f', '\x1b[A', '\x1b[B', '\x1b[C', '\x1b[D', '\x1b[H'],
      ...[
        '\x17',
        '\x15',
        '\x0b',
        '\x19',
        '\x1by',
        '\x14',
        '\x1f',
        '\x1b_',
        '\x1bb',
        '\x1bf',
        '\x1bd',
        '\x03',
      ],
      ...['\x1bOP', '\x1b', '\x1b[Z', '\x0e', '\x10', '\x1b1', '\x1b[200~x\ny\x1b[201~', '\r'],
    );
    fc.assert(
      fc.property(fc.array(sent, { maxLength: 30 }), (keys) => {
        const { press, editor } = chat();
        for (const key of keys) press(key);
        expect(snap(editor().text, editor().cursor)).toBe(editor().cursor);
      }),
      { numRuns: 200 },
    );
    await settled();
  });
});
