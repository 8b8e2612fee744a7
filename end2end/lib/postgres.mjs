// A PostgreSQL of a test's own, which may be stopped and started in the middle of things.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ROOT, Running } from './process.mjs';

export class Postgres {
  constructor() {
    this.folder = mkdtempSync(`${tmpdir()}/end2end-`);
    chmodSync(this.folder, 0o711); // its own user must be able to get through
  }

  /** Starts it; the second time with the data, the port and the passwords of the first. */
  async up() {
    const told = 'echo "urls $DATABASE_URL $WEB_DATABASE_URL $WORKER_DATABASE_URL $PG_BIN"';
    const wait = `while kill -0 ${process.pid} 2>/dev/null; do sleep 0.2; done`;
    const command = [`${ROOT}/.ci/postgres`, `${this.folder}/postgres`, '--', 'sh', '-c', `${told}; ${wait}`];
    const env = { PG_FAST: '1', ...(process.env.PG_BIN && { PG_BIN: process.env.PG_BIN }) };
    this.running = new Running('postgres', command, env);
    const [, owner, web, worker, programs] = await this.running.says(/^urls (\S+) (\S+) (\S+) (.+)$/m, 60);
    process.env.PG_BIN ??= programs;
    this.urls = { DATABASE_URL: owner, WEB_DATABASE_URL: web, WORKER_DATABASE_URL: worker };
    return this.urls;
  }

  down() {
    return this.running.stop();
  }

  async remove() {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
