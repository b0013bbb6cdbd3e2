import { signWebhook } from '../../../src/notifications/channels/webhook-signature.policy.js';
import { openWebhookReceiver } from './webhook.receiver.js';

export interface ReceivedText {
  readonly to: string;
  readonly text: string;
  readonly sender: string;
  readonly idempotencyKey: string;
  readonly authorization: string | undefined;
}

/** A provider of texts as SMS_URL names one. */
export interface SmsProvider {
  readonly url: string;
  readonly texts: readonly ReceivedText[];
  /** From now on: this status, or no answer at all. */
  behave(how: number | 'hang'): void;
  close(): Promise<void>;
}

export async function openSmsProvider(): Promise<SmsProvider> {
  let behaviour: number | 'hang' = 200;
  const receiver = await openWebhookReceiver();
  receiver.answer((response) => {
    if (behaviour !== 'hang') response.writeHead(behaviour).end();
  });
  return {
    url: receiver.url,
    get texts() {
      return receiver.calls.map(({ body, headers }) => ({
        ...(JSON.parse(body) as Omit<ReceivedText, 'authorization'>),
        authorization: headers.authorization,
      }));
    },
    behave: (how) => {
      behaviour = how;
    },
    close: () => receiver.close(),
  };
}

/** The headers a provider signs its calls with. */
export function signedBy(secret: string, body: string, atMs = Date.now()): Record<string, string> {
  const timestampS = Math.floor(atMs / 1000);
  return {
    'x-trialogue-timestamp': String(timestampS),
    'x-trialogue-signature': signWebhook(Buffer.from(secret), timestampS, body),
  };
}
