import { SmsChannel } from '../../../src/notifications/channels/sms.channel.js';
import { noticeText } from '../../../src/notifications/notice-text.policy.js';
import { configFor } from '../../support/obligations/database.js';
import { openSmsProvider, type SmsProvider } from '../../support/notifications/sms.provider.js';

const DELIVERY = '6a1f6a2e-5d0b-4a3e-9a35-4c3f0d8b1c11';

describe('the SMS channel', () => {
  let provider: SmsProvider;

  beforeEach(async () => {
    provider = await openSmsProvider();
  });

  afterEach(async () => {
    await provider.close();
  });

  function send() {
    const { sms } = configFor('postgres://127.0.0.1/unused', {
      SMS_URL: provider.url,
      SMS_TOKEN: 'token-of-the-provider',
      SMS_SENDER: 'Notices',
    });
    if (sms === undefined) throw new Error('no settings');
    return new SmsChannel(sms).send({
      deliveryId: DELIVERY,
      address: '+34600000001',
      text: noticeText('es', { staff: true, urgency: 3 }),
      link: 'https://app.example.test/n/0f',
    });
  }

  it('hands over the constant words under the delivery’s id', async () => {
    expect(await send()).toEqual({ sent: true });
    expect(provider.texts).toEqual([
      {
        to: '+34600000001',
        text: 'Tiene una novedad. Abra Trialogue para leerla. Urgencia: urgente. https://app.example.test/n/0f',
        sender: 'Notices',
        idempotencyKey: DELIVERY,
        authorization: 'Bearer token-of-the-provider',
      },
    ]);
  });

  it.each([
    [429, { final: false, code: 'http.429' }],
    [500, { final: false, code: 'http.500' }],
    [422, { final: true, code: 'http.422' }],
  ])('reads an answer of %i as it is meant', async (status, outcome) => {
    provider.behave(status);
    expect(await send()).toEqual({ sent: false, ...outcome });
  });

  it('gives up on a provider that hangs', async () => {
    provider.behave('hang');
    expect(await send()).toEqual({ sent: false, final: false, code: 'net.timeout' });
  });
});
