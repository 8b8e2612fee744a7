// Every address that people visit, as `app/src/routes.rs` lists them in routes.json, and a sample of each.
import { readFileSync } from 'node:fs';
import { OPERATOR, fixtureNames } from './product.mjs';
import { write } from './runs.mjs';

/** The rows: name, pattern with its parameters in braces, parameters (name and type), what it serves, and who may enter (class). */
export const ROUTES = JSON.parse(readFileSync(new URL('../routes.json', import.meta.url), 'utf8'));

/** Who visits a class of routes; null: nobody who is signed in. */
const VISITORS = { public: OPERATOR, 'sign-in': null, 'no-workspace': 'outsider@nowhere.example', workspace: OPERATOR, tenant: OPERATOR, run: OPERATOR };

/** A value for each type of parameters. */
const SAMPLES = {
  TenantId: (database) => database.tenant('Contoso'),
  RunId: (database) => {
    const items = fixtureNames().map((name) => ({ name }));
    const denied = { kind: 'policy_type', name: 'Compliance policies', outcome: 'failed', reason: 'permission.missing', message: 'Forbidden' };
    return write(database, { status: 'completed', outcome: 'partially_succeeded', counts: { total: 11, succeeded: 10, failed: 1 }, items: [...items, denied],
      failures: [{ code: 'permission.missing', message: 'Forbidden', count: 1 }] });
  },
};

/** Whose visit a route is for. */
export function visitor({ name, class: who }) {
  if (!(who in VISITORS)) throw new Error(`${name} is of the class ${who}, which has no visitor in end2end/lib/routes.mjs`);
  return VISITORS[who];
}

/** A path of a route: its pattern with a sample in the place of each parameter. */
export function path({ name, pattern, parameters }, database) {
  const filled = parameters.reduce((path, { name: parameter, type }) => {
    if (!(type in SAMPLES)) throw new Error(`${name} has a parameter of the type ${type}, which has no sample in end2end/lib/routes.mjs`);
    return path.replace(`{${parameter}}`, SAMPLES[type](database));
  }, pattern);
  if (/[{:]/.test(filled)) throw new Error(`${name}: ${filled} still has a parameter`);
  return filled;
}

/** Whether a path could be one of a route. */
export const matches = ({ pattern }, path) => new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
