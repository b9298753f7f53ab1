// Must fail: the package reaches into the app.
import { freePort } from '../../../src/free-port.ts';

export const port = freePort;
