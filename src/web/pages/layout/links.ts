// Addresses: of the git host, of our own pages, and of whatever others wrote, which must be http or https.
import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** The organisation on the git host. */
export type Host = { webUrl: string; login: string };

const part = encodeURIComponent;

export function repositoryUrl({ webUrl, login }: Host, name: string): string {
  return `${webUrl}/${part(login)}/${part(name)}`;
}

/** A file on the default branch; its folders stay folders. */
export function fileUrl(host: Host, name: string, path: string): string {
  return `${repositoryUrl(host, name)}/blob/HEAD/${path.split('/').map(part).join('/')}`;
}

export function commitUrl(host: Host, name: string, sha: string): string {
  return `${repositoryUrl(host, name)}/commit/${part(sha)}`;
}

export function pullUrl(host: Host, name: string, number: number): string {
  return `${repositoryUrl(host, name)}/pull/${number}`;
}

/** A link that leaves the dashboard; only the text where the address is not one of the web. */
export function outward(address: string | undefined, text: string | Html): Html {
  const safe = address !== undefined && /^https?:$/.test(URL.parse(address)?.protocol ?? '');
  return safe ? html`<a href="${address}" rel="noreferrer">${text}</a>` : html`${text}`;
}

export function commitLink(host: Host, name: string, sha: string): Html {
  return outward(commitUrl(host, name, sha), html`<code>${sha.slice(0, 7)}</code>`);
}

/** Our pages of one course. */
export const coursePath = (login: string): string => `/${part(login)}`;
export const studentPagePath = (login: string, slug: string): string => `/${part(login)}/students/${part(slug)}`;
export const studentGradingPath = (login: string, slug: string): string => `${studentPagePath(login, slug)}/grading`;
export const shipmentPath = (login: string, id: string): string => `/${part(login)}/shipments/${part(id)}`;
export const placementPath = (login: string, file = ''): string => `/${part(login)}/placement${file && `/${file}`}`;
export const gradebookPath = (login: string, ending = ''): string => `/${part(login)}/gradebook${ending}`;

export const challengePath = (login: string, challenge: string, ending = ''): string =>
  `/${part(login)}/challenges/${part(challenge)}${ending}`;

export type Query = Readonly<Record<string, string>>;

/** The present query with some parameters changed; those that become empty are left out. */
export function queryWith(query: Query, changes: Query): string {
  const all = Object.entries({ ...query, ...changes }).filter(([, value]) => value !== '');
  return `?${new URLSearchParams(all).toString()}`;
}
