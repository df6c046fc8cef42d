// pong: the answer to our ping. That bytes came is all it says, and the connection has seen that.

export function pong(): void {}
