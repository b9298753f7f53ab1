// What a browser takes along to GitHub and must bring back: ours, not old, and the same that its cookie holds.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const longestMs = 600_000;

type Kept = { at: number; chance: string; to: string };

export type SignInStates = {
  make: (to: string) => string;
  /** Where the browser wanted to go; undefined where the state is not ours, or too old. */
  read: (state: string) => string | undefined;
  /** The secret half of PKCE: it never leaves us, and belongs to this state alone. */
  verifier: (state: string) => string;
};

/** `now`: machine time in milliseconds. */
export function signInStates(key: string, now: () => number = Date.now): SignInStates {
  const derive = (purpose: string, text: string): Buffer =>
    createHmac('sha256', key).update(`${purpose}\0${text}`).digest();
  return {
    make(to) {
      const kept: Kept = { at: now(), chance: randomBytes(16).toString('base64url'), to };
      const text = Buffer.from(JSON.stringify(kept)).toString('base64url');
      return `${text}.${derive('state', text).toString('base64url')}`;
    },
    read(state) {
      const [text = '', seal = ''] = state.split('.');
      const [expected, given] = [derive('state', text), Buffer.from(seal, 'base64url')];
      if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
      const { at, to } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Kept;
      return now() - at <= longestMs ? to : undefined;
    },
    verifier: (state) => derive('verifier', state).toString('base64url'),
  };
}

/** A path of our own, or the front page: nobody is sent elsewhere by a link to us. */
export function ownPath(wanted: string | undefined): string {
  if (wanted === undefined || !/^\/(?![/\\])[^\\\r\n]{0,500}$/.test(wanted)) return '/';
  const here = 'http://here.invalid';
  return URL.canParse(wanted, here) && new URL(wanted, here).origin === here ? wanted : '/';
}
