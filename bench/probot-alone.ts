// What bench/webhooks.ts compares with: Probot by itself, with a handler that does nothing. `node bench/probot-alone.ts PORT SECRET`
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { createNodeMiddleware, Probot } from 'probot';

const [port = '', secret = ''] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const probot = new Probot({ appId: 1, privateKey, secret, logLevel: 'silent' as 'fatal' });
const middleware = await createNodeMiddleware((app) => void app.onAny(() => undefined), {
  probot,
  webhooksPath: '/api/github/webhooks',
});
createServer((request, response) => {
  // Probot leaves what is not a webhook without an answer.
  if (request.url === '/') return void response.end('up');
  return void middleware(request, response);
}).listen(Number(port), '127.0.0.1');
