import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly to: string;
  /** The bytes as they came over the wire. */
  readonly raw: Buffer;
}

/** A real SMTP server that keeps what it is given; `nobody@…` has no mailbox. */
export interface SmtpInbox {
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** From now on: take mails, answer DATA with a code, or take the mail and never answer. */
  behave(how: 'take' | number | 'take-and-hang'): void;
  to(address: string): readonly ReceivedMail[];
  /** The name the client greeted with. */
  readonly greetings: readonly string[];
  close(): Promise<void>;
}

export async function openSmtpInbox(): Promise<SmtpInbox> {
  const mails: ReceivedMail[] = [];
  const greetings: string[] = [];
  let behaviour: 'take' | number | 'take-and-hang' = 'take';
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo: ({ address }, _session, callback) => {
      const known = !address.startsWith('nobody@');
      callback(known ? null : Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      greetings.push(session.hostNameAppearsAs);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (typeof behaviour === 'number') {
          callback(Object.assign(new Error('not now'), { responseCode: behaviour }));
          return;
        }
        for (const { address } of session.envelope.rcptTo)
          mails.push({ to: address, raw: Buffer.concat(chunks) });
        if (behaviour === 'take') callback();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    greetings,
    behave: (how) => {
      behaviour = how;
    },
    to: (address) => mails.filter((mail) => mail.to === address),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}
