// The reference for keys: a program that gives each key back as it comes and does nothing else. What it needs is the
// pseudo-terminal, Node, and whoever looks on.
process.stdin.setRawMode(true);
process.stdin.on('data', (keys) => process.stdout.write(keys));
process.stdout.write('ready');
