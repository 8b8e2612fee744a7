// The product as it is deployed: a database, web and worker as processes of their own, and a simulator for Microsoft Graph.
import { Database } from './database.mjs';
import { BINARY, ROOT, Running, SITE_ROOT, freePort } from './process.mjs';

const FIXTURES = ['--fixtures', `${ROOT}/crates/simulator/fixtures`];
const SITE = { LEPTOS_SITE_ROOT: SITE_ROOT };
const LOG = process.env.RUST_LOG || 'info,sqlx=warn,riverqueue=warn,tower_http=info';

export class Stack {
  /**
   * Starts everything.
   *
   * @param {object} options
   * @param {string[]} [options.data] what the simulator serves; our ten fixtures by default
   * @param {string} [options.faults] what goes wrong from the start
   * @param {boolean} [options.worker] false: nothing is executed, so that a test can say how runs stand
   * @param {object} [options.urls] another PostgreSQL
   */
  static async start({ data = FIXTURES, faults = 'none', worker = true, urls } = {}) {
    const stack = new Stack();
    stack.data = data;
    try {
      stack.database = await Database.fresh(urls);
      stack.ports = { simulator: await freePort(), web: await freePort() };
      stack.url = `http://127.0.0.1:${stack.ports.web}`;
      stack.graph = `http://127.0.0.1:${stack.ports.simulator}`;
      await Promise.all([stack.startSimulator(faults), stack.startWeb(), worker && stack.startWorker()]);
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  async startSimulator(faults = 'none') {
    const addr = `127.0.0.1:${this.ports.simulator}`;
    const command = [BINARY, 'simulator', '--addr', addr, ...this.data, '--faults', faults];
    this.simulator = new Running('simulator', command, { RUST_LOG: 'warn' });
    await this.simulator.says(/listening on/);
  }

  async startWeb(env = {}) {
    this.web = new Running('web', [BINARY, 'web'], this.env({ ADDR: `127.0.0.1:${this.ports.web}`, ...SITE, ...env }));
    await this.web.says(/listening on/);
  }

  async startWorker() {
    this.worker = new Running('worker', [BINARY, 'worker'], this.env(this.graphEnv()));
    await this.worker.says(/^working$/m);
  }

  graphEnv() {
    const credentials = { GRAPH_CLIENT_ID: 'end2end', GRAPH_CLIENT_SECRET: 'secret-of-end2end' };
    return { GRAPH_BASE_URL: this.graph, GRAPH_LOGIN_URL: this.graph, ...credentials };
  }

  /** Only what a process of production has: no owner's URL, no private mode. */
  env(more = {}) {
    const { WEB_DATABASE_URL, WORKER_DATABASE_URL } = this.database.urls;
    return { WEB_DATABASE_URL, WORKER_DATABASE_URL, RUST_LOG: LOG, ...more };
  }

  /** What goes wrong at Microsoft from now on: `none`, or such as `latency=80ms,deny=deviceCompliancePolicies`. */
  async faults(text) {
    const answer = await fetch(`${this.graph}/_simulator/faults`, { method: 'PUT', body: text });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** How many requests Microsoft has got so far. */
  async graphRequests() {
    const { graph, token } = await (await fetch(`${this.graph}/_simulator/requests`)).json();
    return graph + token;
  }

  processes() {
    return [this.web, this.worker, this.simulator].filter(Boolean);
  }

  /** The end of what every process has said, for a failed test. */
  log() {
    const tail = (text) => text.split('\n').slice(-60).join('\n');
    return this.processes().map(({ name, output }) => `── ${name}\n${tail(output)}`).join('\n');
  }

  async stop() {
    await Promise.all(this.processes().map((running) => running.kill()));
    try {
      this.database?.drop();
    } catch {
      // A server that is gone has no databases.
    }
  }
}
