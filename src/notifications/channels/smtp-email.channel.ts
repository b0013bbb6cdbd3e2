import { createTransport } from 'nodemailer';
import { SEND_TIMEOUT_MS, type Channel, type Envelope, type SendOutcome } from './channel.js';
import { composeMail, domainOf } from './mail.policy.js';

type Transport = ReturnType<typeof openTransport>;

function openTransport(smtpUrl: string, sender: string) {
  return createTransport({
    url: smtpUrl,
    // Without it the greeting would carry the host name of this machine.
    name: domainOf(sender),
    connectionTimeout: SEND_TIMEOUT_MS / 2,
    greetingTimeout: SEND_TIMEOUT_MS / 2,
    socketTimeout: SEND_TIMEOUT_MS / 2,
  });
}

/** E-mail through the operator's SMTP server. */
export class SmtpEmailChannel implements Channel {
  readonly name = 'email';
  private readonly transport: Transport;

  constructor(
    smtpUrl: string,
    private readonly sender: string,
  ) {
    this.transport = openTransport(smtpUrl, sender);
  }

  async send(envelope: Envelope): Promise<SendOutcome> {
    const timer = timeout(SEND_TIMEOUT_MS);
    try {
      return await Promise.race([this.handOver(envelope), timer.outcome]);
    } finally {
      timer.clear();
    }
  }

  private async handOver(envelope: Envelope): Promise<SendOutcome> {
    try {
      await this.transport.sendMail(composeMail(envelope, this.sender));
      return { sent: true };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  close(): void {
    this.transport.close();
  }
}

function timeout(ms: number): { outcome: Promise<SendOutcome>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const outcome = new Promise<SendOutcome>((resolve) => {
    timer = setTimeout(() => {
      resolve({ sent: false, final: false, code: 'smtp.timeout' });
    }, ms);
  });
  return {
    outcome,
    clear: () => {
      clearTimeout(timer);
    },
  };
}

/** 5xx to a recipient is a lasting no; everything else, a refused sign-in included, may be mended meanwhile. */
function outcomeOf(error: unknown): SendOutcome {
  const fields = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const status = typeof fields['responseCode'] === 'number' ? fields['responseCode'] : undefined;
  if (status !== undefined) {
    const lasting = status >= 500 && fields['code'] === 'EENVELOPE';
    return { sent: false, final: lasting, code: `smtp.${status}` };
  }
  const timedOut = fields['code'] === 'ETIMEDOUT';
  return { sent: false, final: false, code: timedOut ? 'smtp.timeout' : 'smtp.unreachable' };
}
