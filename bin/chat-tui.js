#!/usr/bin/env node
// The door: checks the Node version in syntax that old versions parse, then hands over to the built program.
// People call it (npx, the installed command), and the program itself to start the local server.
import * as nodeModule from 'node:module';

const oldestMajor = 24;

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

// Compiled code is kept by Node beside the user's other caches: it halves the start. Where the folder cannot be
// written, Node says so in the status and goes on without; nothing is lost but some milliseconds.
function keepCompiledCode() {
  if (typeof nodeModule.enableCompileCache === 'function') nodeModule.enableCompileCache();
}

function start() {
  keepCompiledCode();
  return import('../dist/main.js').then(
    (program) =>
      program.main(process.argv.slice(2)).then((code) => {
        process.exitCode = code;
      }),
    (error) => {
      fail(
        process.env.CHAT_TUI_DEBUG === '1'
          ? error.stack
          : `chat-tui: the program itself could not be loaded (${error.message}). Install it again, or run npm run build in a clone.`,
      );
    },
  );
}

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
  start();
} else {
  fail(
    `chat-tui needs Node.js ${oldestMajor} or newer and found ${process.versions.node}; this works anyway: npx -p node@24 -p chat-tui chat-tui`,
  );
}
