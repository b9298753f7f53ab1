// A cell of a roster → the GitHub login that it means: also an address of a profile, or with an `@`.
import type { Cell, Say } from './roster-problems.ts';

/**
 * GitHub: letters, digits and hyphens, 39 at most; accounts of the first years may have two hyphens in a row or one at the end. Managed
 * accounts add `_` and the short code of the enterprise.
 */
const loginPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:_[A-Za-z0-9]{1,12})?$/;
const address = /^(?:https?:\/\/)?(?:www\.)?github\.com\/(?:orgs\/[^/]+\/people\/)?([^/?#\s]+)\/?(?:[?#].*)?$/i;
/** Spaces and marks that nobody sees, as they come along when a name is copied from a page. */
const invisible = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/g;
/** What people write where there is nothing to write yet. Some of these are accounts of strangers, and none is a student's. */
const nobody = /^(?:[-–—?.]+|#?n\/?a|none|null|nan|nil|tbd|tba|todo|unknown|missing|pending)$/i;

/**
 * The login; empty where the cell is, or says that there is none; undefined where it means none. That is a warning: one slip
 * of the keyboard must not keep the others of the course from starting.
 */
export function readLogin(cell: Cell, say: Say, who = 'the row'): string | undefined {
  const text = cell.text.replaceAll(invisible, '').trim();
  const login = address.exec(text)?.[1] ?? text.replace(/^@/, '');
  if (login === '' || nobody.test(text)) return '';
  if (!loginPattern.test(login)) {
    const hint = 'letters, digits and single hyphens, as in the address of the profile';
    const message = `\`${text.slice(0, 60)}\` is not a GitHub login: ${who} gets nothing until it is corrected, and the others start`;
    say(cell, 'warning', 'bad-login', message, hint);
    return undefined;
  }
  if (login !== cell.text)
    say(
      cell,
      'warning',
      'login-rewritten',
      `\`${cell.text.slice(0, 60)}\` is read as the login \`${login}\``,
      'write the login alone',
    );
  return login;
}
