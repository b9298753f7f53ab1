// The sandbox under the name of an Enterprise Server: TLS by a throwaway certificate, reached through a proxy of this process.
// Clients that insist on https and on a host without a port find it where `HTTPS_PROXY` leads.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createProxy, request as ask, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TlsFront = {
  /** `https://` and the name. */
  url: string;
  /** What a client needs in its environment. */
  environment: Record<string, string>;
  close: () => void;
};

const host = 'git.school.test';

/** Certificate and key for `host`, by OpenSSL or, where that is missing, by the generator that Go brings with its source. */
function makeCertificate(folder: string): { cert: Buffer; key: Buffer } {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', 'key.pem'];
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const made = spawnSync('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '30', ...names], {
    cwd: folder,
  });
  if (made.status !== 0) {
    const goRoot = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
    const generator = join(goRoot, 'src/crypto/tls/generate_cert.go');
    const args = ['run', generator, '--host', host, '--ca', '--ecdsa-curve', 'P256'];
    execFileSync('go', args, { cwd: folder, stdio: 'pipe' });
  }
  return { cert: readFileSync(join(folder, 'cert.pem')), key: readFileSync(join(folder, 'key.pem')) };
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** Hands requests for the name to `target`, and says by which address they came. */
export async function startTlsFront(target: string): Promise<TlsFront> {
  const folder = mkdtempSync(join(tmpdir(), 'practicum-front-'));
  const { cert, key } = makeCertificate(folder);
  const { hostname, port } = new URL(target);
  const front = createServer({ cert, key }, (request, response) => {
    const headers = { ...request.headers, 'x-forwarded-proto': 'https', 'x-forwarded-host': host };
    const { method, url: path } = request;
    const onward = ask({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  const frontPort = await listen(front);
  const open = new Set<Socket>();
  const proxy = createProxy((_request, response) => void response.writeHead(405).end());
  proxy.on('connect', (request, socket: Socket) => {
    // Nothing but the name leads anywhere: a client that asks for another host is told so.
    if (request.url !== `${host}:443`) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const onward = connect(frontPort, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy()).on('close', () => open.delete(from));
      from.pipe(to);
    }
  });
  const address = `http://127.0.0.1:${await listen(proxy)}`;
  return {
    url: `https://${host}`,
    environment: {
      GH_HOST: host,
      HTTPS_PROXY: address,
      SSL_CERT_FILE: join(folder, 'cert.pem'),
      GIT_SSL_CAINFO: join(folder, 'cert.pem'),
      REQUESTS_CA_BUNDLE: join(folder, 'cert.pem'),
    },
    close: () => {
      for (const socket of open) socket.destroy();
      proxy.close();
      front.closeAllConnections();
      front.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
