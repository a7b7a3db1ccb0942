'use strict';
const { spawn } = require('child_process');

/// A language server as a child process: JSON-RPC over its standard input and output.
class Connection {
  /// `handlers` gives what to do with notifications and requests of the server, by method.
  constructor(program, programArguments, handlers, onEnd) {
    this.handlers = handlers;
    this.waiting = new Map();
    this.last = 0;
    this.rest = Buffer.alloc(0);
    this.isOpen = true;
    this.process = spawn(program, programArguments, { stdio: ['pipe', 'pipe', 'inherit'] });
    const end = (why) => {
      if (!this.isOpen) return;
      this.isOpen = false;
      for (const { reject } of this.waiting.values()) reject(new Error(why));
      this.waiting.clear();
      onEnd(why);
    };
    this.process.on('error', (error) => end(error.message));
    this.process.on('exit', (code) => end(`it ended with ${code}`));
    this.process.stdin.on('error', () => {});
    this.process.stdout.on('data', (chunk) => this.take(chunk));
  }

  send(message) {
    if (!this.isOpen) return;
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.process.stdin.write(body);
  }

  notify(method, params) { this.send({ method, params }); }

  /// The result; null where the server refuses, or where `token` is cancelled.
  request(method, params, token) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return resolve(null);
      this.waiting.set(id, { resolve, reject });
      if (token) token.onCancellationRequested(() => this.notify('$/cancelRequest', { id }));
      this.send({ id, method, params });
    }).catch(() => null);
  }

  take(chunk) {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const end = this.rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /content-length: *(\d+)/i.exec(this.rest.toString('latin1', 0, end));
      if (!length) return this.process.kill();
      const stop = end + 4 + Number(length[1]);
      if (this.rest.length < stop) return;
      const message = JSON.parse(this.rest.toString('utf8', end + 4, stop));
      this.rest = this.rest.subarray(stop);
      this.handle(message);
    }
  }

  handle(message) {
    if (message.method !== undefined) {
      const handler = this.handlers[message.method];
      if (handler) handler(message.params);
      if (message.id !== undefined) this.send({ id: message.id, result: null });
      return;
    }
    const waiting = this.waiting.get(message.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result);
  }

  async close() {
    await this.request('shutdown');
    this.notify('exit');
    this.isOpen = false;
  }
}

module.exports = { Connection };
