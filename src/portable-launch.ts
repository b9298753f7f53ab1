// The beginning of `practicum.cjs`: what V8 compiled of all the rest is kept, and need not be compiled at the next start.
import NodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { openAccountCache } from './runner/account-cache.ts';

/** The text of the rest, which the bundler puts here: V8 would compile it before the first line of this ran. */
declare const PRACTICUM_BODY: string;

type Body = NodeModule & { _compile: (text: string, path: string) => void };

const folder = openAccountCache();
// Nodes before 22 cannot.
if (folder !== undefined) NodeModule.enableCompileCache?.(join(folder, 'compiled'));
const body = new NodeModule(__filename) as Body;
body.filename = __filename;
body.paths = (NodeModule as unknown as { _nodeModulePaths: (folder: string) => string[] })._nodeModulePaths(
  dirname(__filename),
);
body._compile(PRACTICUM_BODY, __filename);
