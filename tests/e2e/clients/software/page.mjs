// The one page that each of the Node programs here shows.
import { createHash } from 'node:crypto';

export const { ISSUER, BASE, CLIENT_ID, CLIENT_SECRET } = process.env;
export const PORT = Number(BASE.split(':')[2]);

export function shown(person, token = '', forms = { '/login': 'Sign in' }) {
  const facts = [person ? 'Signed in' : 'Not signed in'];
  for (const name of ['name', 'orcid', 'email']) facts.push(`${name}: ${person?.[name]}`);
  facts.push(`token: ${createHash('sha256').update(token).digest('hex').slice(0, 12)}`);
  const buttons = Object.entries(forms)
    .map(([path, label]) => `<form action="${path}"><button>${label}</button></form>`);
  return `<!doctype html><title>Client</title><p>${facts.join('</p><p>')}</p>${buttons.join('')}`;
}

export const SIGNED_IN = { '/refresh': 'Refresh', '/logout': 'Sign out' };
