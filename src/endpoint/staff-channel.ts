// An incoming webhook of Slack, Mattermost or Teams: text goes out by the guarded fetch, and nothing comes in.
import { Failure } from '../domain/text/failure.ts';
import { createGuardedFetch } from './guarded-fetch.ts';

/** Teams takes cards by its workflows, and plain text by its older connectors, as the others do. */
const takesCards = /(^|\.)(logic\.azure\.com|powerplatform\.com|powerautomate\.com)$/;

export function staffChannel(
  address: string,
  { allowLoopback }: { allowLoopback: boolean },
): (text: string) => Promise<void> {
  const fetch = createGuardedFetch({ allowLoopback });
  const body = takesCards.test(new URL(address).hostname) ? cardOf : textOf;
  return async (text) => {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body(text)),
      maxBytes: 64 * 1024,
    });
    await answer.bytes();
    // The address is a secret, and is in no error.
    if (answer.status < 200 || answer.status > 299)
      throw new Failure('staff-channel', `the staff’s channel answered ${answer.status}: see PRACTICUM_STAFF_WEBHOOK`);
  };
}

/** In Slack, `<!channel>` and the like would call everybody. */
const textOf = (text: string): object => ({
  text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
});

const cardOf = (text: string): object => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: text.split('\n').map((line) => ({ type: 'TextBlock', text: line, wrap: true })),
      },
    },
  ],
});
