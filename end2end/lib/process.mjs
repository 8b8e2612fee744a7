// Processes of the product: started, waited for, paused, killed; none survives the test.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

/** The repository. */
export const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
/** What browsers load. */
export const SITE_ROOT = process.env.LEPTOS_SITE_ROOT || `${ROOT}/target/site`;
/** The binary under test. */
export const BINARY = process.env.TENANTATLAS || `${process.env.CARGO_TARGET_DIR || `${ROOT}/target`}/debug/tenantatlas`;

const alive = new Set();
process.on('exit', () => alive.forEach((running) => running.signal('SIGKILL')));

// Where it exists, it ends what we started also when we are killed ourselves.
const ends = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;

/** A process, with everything it says. */
export class Running {
  /** @param {string} name for messages  @param {string[]} command  @param {Record<string, string>} env added to a bare one */
  constructor(name, command, env) {
    this.name = name;
    this.output = '';
    const [program, ...args] = ends ? ['setpriv', '--pdeathsig', 'KILL', '--', ...command] : command;
    const bare = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR };
    this.child = spawn(program, args, { cwd: ROOT, env: { ...bare, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    alive.add(this);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.output += text));
    }
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => resolve((this.output += `${error}\n`)));
      this.child.on('close', (code, by) => {
        alive.delete(this);
        this.code = code ?? by;
        resolve(this.code);
      });
    });
  }

  /** Waits for a line; fails with what was said if it does not come. */
  async says(pattern, seconds = 30) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const found = this.output.match(pattern);
      if (found) return found;
      if (this.code !== undefined) throw new Error(`${this.name} ended with ${this.code}:\n${this.output}`);
      if (Date.now() > deadline) throw new Error(`${this.name} did not say ${pattern} in ${seconds} s:\n${this.output}`);
      await sleep(20);
    }
  }

  /** Sends a signal; a process that is gone already is fine. */
  signal(name) {
    if (this.code === undefined) this.child.kill(name);
  }

  /** Stops it politely, and after some seconds not politely. */
  async stop(signal = 'SIGTERM') {
    this.signal('SIGCONT');
    this.signal(signal);
    const late = setTimeout(() => this.signal('SIGKILL'), 8000);
    await this.ended;
    clearTimeout(late);
  }

  pause() {
    this.signal('SIGSTOP');
  }
  resume() {
    this.signal('SIGCONT');
  }
  kill() {
    return this.stop('SIGKILL');
  }
}

/** Runs to the end. */
export async function run(name, command, env = {}) {
  const running = new Running(name, command, env);
  const code = await running.ended;
  return { code, output: running.output };
}

/** Runs to the end, which must be a good one. */
export async function must(name, command, env = {}) {
  const { code, output } = await run(name, command, env);
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${output}`);
  return output;
}

/** A port that nobody uses at the moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks again and again until the answer is true (or anything but false, null, undefined), and returns it. */
export async function until(what, ask, seconds = 20) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(50);
  }
}
