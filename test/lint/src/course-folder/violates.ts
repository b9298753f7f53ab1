// Must fail: what reads a course's files reaches for a flow.
import { followPush } from '../flows/plan/follow-push.ts';

export const wrong = followPush;
