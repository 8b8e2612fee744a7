// Databases: one that is migrated and seeded once, and copies of it, one for each test file.
import { spawnSync } from 'node:child_process';
import { BINARY, must } from './process.mjs';

const psql = () => (process.env.PG_BIN ? `${process.env.PG_BIN}/psql` : 'psql');

/** The URLs of the three roles, as .ci/postgres hands them out. */
export function roles(env = process.env) {
  const { DATABASE_URL, WEB_DATABASE_URL, WORKER_DATABASE_URL } = env;
  if (!DATABASE_URL || !WEB_DATABASE_URL || !WORKER_DATABASE_URL) {
    throw new Error('DATABASE_URL, WEB_DATABASE_URL and WORKER_DATABASE_URL are not set: run this inside .ci/postgres');
  }
  return { DATABASE_URL, WEB_DATABASE_URL, WORKER_DATABASE_URL };
}

export class Database {
  constructor(urls) {
    this.urls = urls;
  }

  /** Another database of the same server, for the same roles. */
  on(name) {
    return new Database(Object.fromEntries(Object.entries(this.urls).map(([role, url]) => [role, url.replace(/\/[^/]*$/, `/${name}`)])));
  }

  /** A new database with the demo data in it: a copy of the template, if there is one. */
  static async fresh(urls = roles(), template = process.env.END2END_TEMPLATE) {
    const name = `end2end_${process.pid}_${Date.now()}`;
    const server = new Database(urls);
    if (template && urls.DATABASE_URL === process.env.DATABASE_URL) {
      server.sql(`create database ${name} template ${template}`);
      return server.on(name);
    }
    server.sql(`create database ${name}`);
    const database = server.on(name);
    await database.fill();
    return database;
  }

  /** Migrates and seeds. */
  async fill() {
    await must('tenantatlas migrate', [BINARY, 'migrate'], this.urls);
    await must('tenantatlas demo seed', [BINARY, 'demo', 'seed'], this.urls);
  }

  /** Runs SQL as the owner and returns what it printed. Synchronous: nothing of the test happens meanwhile. */
  sql(text) {
    const flags = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', this.urls.DATABASE_URL];
    const { status, stdout, stderr } = spawnSync(psql(), flags, { input: text, encoding: 'utf8', maxBuffer: 64 << 20 });
    if (status !== 0) throw new Error(`psql: ${stderr}\n${text.slice(0, 2000)}`);
    return stdout.trim();
  }

  /** The lines of an answer. */
  rows(text) {
    const answer = this.sql(text);
    return answer === '' ? [] : answer.split('\n');
  }

  tenant(name) {
    return this.sql(`select id from tenants where name = ${quote(name)}`);
  }

  /** The newest run of a tenant that is no made-up history. */
  latestRun(tenant = 'Contoso') {
    return this.sql(`select r.id from operation_runs r join tenants t on t.id = r.tenant_id
      where t.name = ${quote(tenant)} and not r.demo order by r.created_at desc limit 1`);
  }

  /** A number for each table of the domain that changes with its contents; sessions are not domain state. */
  fingerprints() {
    const tables = this.rows(`select tablename from pg_tables where schemaname = 'public'
      and tablename not in ('sessions', 'sign_in_failures', '_sqlx_migrations') and tablename not like 'operation_run_items_%' order by 1`);
    const one = (table) =>
      `select '${table}', count(*), md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) from ${table} t`;
    return this.sql(tables.map(one).join(' union all ') + ' order by 1');
  }

  drop() {
    this.on('tenantatlas').sql(`drop database if exists ${this.urls.DATABASE_URL.split('/').pop()} with (force)`);
  }
}

/** A text as an SQL literal. */
export const quote = (text) => `'${text.replaceAll("'", "''")}'`;
