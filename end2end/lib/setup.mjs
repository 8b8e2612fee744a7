// Before the first test: is there something to test, a PostgreSQL to do it on, and a database to copy.
import { existsSync, readdirSync } from 'node:fs';
import { Database, roles } from './database.mjs';
import { Postgres } from './postgres.mjs';
import { BINARY, SITE_ROOT } from './process.mjs';

export default async function setup() {
  const site = existsSync(`${SITE_ROOT}/pkg`) && readdirSync(`${SITE_ROOT}/pkg`, { recursive: true }).some((name) => name.endsWith('.wasm'));
  if (!existsSync(BINARY) || !site) throw new Error(`${BINARY} or ${SITE_ROOT}/pkg is missing: run \`cargo leptos build --split\``);
  // Inside .ci/postgres that one is used. Any other DATABASE_URL is somebody's own, and none of our business.
  let postgres;
  if (!process.env.TENANTATLAS_PRIVATE) {
    postgres = new Postgres();
    Object.assign(process.env, await postgres.up());
  }
  // Migrating and seeding once is enough: each file works on a copy.
  const template = `end2end_template_${process.pid}`;
  const server = new Database(roles());
  server.sql(`create database ${template}`);
  await server.on(template).fill();
  process.env.END2END_TEMPLATE = template;

  return async () => {
    if (postgres) await postgres.remove();
    else server.sql(`drop database ${template}`);
  };
}
