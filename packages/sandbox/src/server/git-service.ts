// One request of git's smart HTTP protocol, carried out by `git upload-pack` or `git receive-pack`: what `git http-backend`
// would do, without its two processes.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';
import { gitEnvironment } from '../git/spawn.ts';

export type GitService = {
  /** `git-upload-pack` or `git-receive-pack`. */
  service: string;
  /** `info/refs`, or the service. */
  rest: string;
  directory: string;
  environment: Record<string, string>;
  hooks?: string;
  log: (line: string) => void;
};

/** What git can do by version 2 of the protocol, for whatever repository: it is asked once. */
let capabilities: Buffer | undefined;

/** Streams the request into git and its answer out; `finish` runs before the client sees the end. */
export async function runService(
  call: GitService,
  request: IncomingMessage,
  response: ServerResponse,
  finish: () => Promise<void> = async () => {},
): Promise<void> {
  const advertising = call.rest === 'info/refs';
  if (!advertising && request.headers['content-type'] !== `application/x-${call.service}-request`) {
    response.writeHead(415).end('Unsupported Media Type\n');
    request.resume();
    return;
  }
  response.writeHead(200, {
    'content-type': `application/x-${call.service}-${advertising ? 'advertisement' : 'result'}`,
    'cache-control': 'no-cache, max-age=0, must-revalidate',
  });
  const protocol = String(request.headers['git-protocol'] ?? '');
  const second = /(?:^|:)version=2(?:$|:)/.test(protocol);
  const fixed = advertising && second && call.service === 'git-upload-pack';
  if (fixed && capabilities) {
    request.resume();
    return void response.end(capabilities);
  }
  // Version 2 begins without a heading.
  if (advertising && !second) {
    const heading = `# service=${call.service}\n`;
    response.write(`${(heading.length + 4).toString(16).padStart(4, '0')}${heading}0000`);
  }
  const child = start(call, protocol, advertising);
  feed(request, response, child, call);
  const told: Buffer[] = [];
  if (fixed) child.stdout.on('data', (chunk: Buffer) => told.push(chunk));
  const code = await exchange(child, response, call);
  if (fixed && code === 0) capabilities = Buffer.concat(told);
  await finish();
  response.end();
}

function start(
  { service, directory, environment, hooks }: GitService,
  protocol: string,
  advertising: boolean,
): ChildProcessWithoutNullStreams {
  const args = [
    service.slice('git-'.length),
    '--stateless-rpc',
    ...(advertising ? ['--advertise-refs'] : []),
    directory,
  ];
  return spawn('git', args, {
    env: gitEnvironment(
      { ...environment, ...(protocol === '' ? {} : { GIT_PROTOCOL: protocol }) },
      hooks === undefined ? [] : [['core.hooksPath', hooks]],
    ),
  });
}

function feed(
  request: IncomingMessage,
  response: ServerResponse,
  child: ChildProcessWithoutNullStreams,
  { service }: GitService,
): void {
  child.stdin.on('error', () => {});
  request.on('error', () => child.kill());
  if (request.headers['content-encoding'] === 'gzip') {
    const plain = createGunzip();
    plain.on('error', () => child.kill());
    request.pipe(plain).pipe(child.stdin);
  } else request.pipe(child.stdin);
  response.on('close', () => {
    if (!response.writableFinished && service === 'git-upload-pack') child.kill();
  });
}

function exchange(
  child: ChildProcessWithoutNullStreams,
  response: ServerResponse,
  { service, log }: GitService,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => log(`${service}: ${chunk.toString().trim()}`));
    child.stdout.on('data', (chunk: Buffer) => void (response.write(chunk) || pause(child.stdout, response)));
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function pause(stream: NodeJS.ReadableStream, response: ServerResponse): void {
  if (response.destroyed) return;
  stream.pause();
  const go = () => {
    response.off('drain', go).off('close', go);
    stream.resume();
  };
  response.on('drain', go).on('close', go);
}
