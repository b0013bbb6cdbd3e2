import type { Envelope } from './channel.js';

/** What nodemailer is given: every field spelled out, so that no default of a library speaks for us. */
export interface MailFields {
  readonly from: string;
  readonly to: { readonly name: ''; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly disableFileAccess: true;
  readonly disableUrlAccess: true;
}

/** The Message-ID ends in the sender's own domain, not in the name of the machine it left. */
export function composeMail(envelope: Envelope, sender: string): MailFields {
  const lines = [envelope.text.body, ...(envelope.text.urgency === undefined ? [] : [envelope.text.urgency])];
  return {
    from: sender,
    to: { name: '', address: envelope.address },
    subject: envelope.text.subject,
    text: `${[...lines, '', envelope.link].join('\n')}\n`,
    messageId: `<${envelope.deliveryId}@${domainOf(sender)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': envelope.text.locale },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** `Name <box@domain>` or `box@domain` → `domain`. */
export function domainOf(sender: string): string {
  const bare = /<([^<>]+)>\s*$/u.exec(sender)?.[1] ?? sender;
  return bare.slice(bare.lastIndexOf('@') + 1).trim();
}
