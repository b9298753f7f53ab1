// Breaks the dependency rule on purpose.
import { followPush } from '../flows/follow-push.ts';

export const wrong = followPush;
