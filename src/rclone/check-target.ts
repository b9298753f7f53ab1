// Which remotes may be written to and read from: configured ones by name, and never this machine's own disk.
import { RcloneError } from './rclone-error.ts';

export type Target = { remote: string; path: string };

/** `name:path`, or `s3://bucket/path` for the remote named `s3`. Throws `bad_target`. */
export function readTarget(text: string): Target {
  const url = /^([A-Za-z0-9][\w.+-]*):\/\/(.*)$/.exec(text);
  const match = url ?? /^([A-Za-z0-9_][\w.+ -]*):(.*)$/.exec(text);
  if (!match) throw new RcloneError('bad_target', `"${text}" does not name a remote, as in s3:bucket/folder`);
  const [, remote = '', path = ''] = match;
  if (path.split('/').includes('..')) throw new RcloneError('bad_target', `"${text}" must not contain ".."`);
  if (/[\0\r\n]/.test(text)) throw new RcloneError('bad_target', 'a remote must be one line of text');
  return { remote, path };
}

/** The form that rclone reads. It cannot be mistaken for an option, as it begins with the remote's name. */
export function showTarget({ remote, path }: Target): string {
  return `${remote}:${path}`;
}

/** A path below a target. */
export function below({ remote, path }: Target, name: string): Target {
  const parts = [path.replace(/\/+$/, ''), name.replace(/^\/+/, '')].filter((part) => part !== '');
  if (parts.some((part) => part.split('/').includes('..'))) {
    throw new RcloneError('bad_target', `"${name}" must not contain ".."`);
  }
  return { remote, path: (path.startsWith('/') && parts[0] === '' ? '/' : '') + parts.join('/') };
}
