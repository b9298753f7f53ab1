// What bench/webhooks.ts compares with: Probot by itself, with a handler that does nothing. `node bench/probot-alone.ts PORT SECRET`
import { createServer } from 'node:http';
import { createNodeMiddleware, Probot } from 'probot';
import { newKey } from './app-alone.ts';

const [port = '', secret = ''] = process.argv.slice(2);
const probot = new Probot({ appId: 1, privateKey: newKey(), secret, logLevel: 'silent' as 'fatal' });
const middleware = await createNodeMiddleware((app) => void app.onAny(() => undefined), {
  probot,
  webhooksPath: '/api/github/webhooks',
});
createServer((request, response) => {
  // Probot leaves what is not a webhook without an answer.
  if (request.url === '/') return void response.end('up');
  return void middleware(request, response);
}).listen(Number(port), '127.0.0.1');
