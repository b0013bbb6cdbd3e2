import { randomUUID } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Channel, Envelope, SendOutcome } from './channel.js';
import { composeMail } from './mail.policy.js';

/**
 * E-mail of an installation without SMTP settings: one .eml per delivery, named after it, so that a delivery
 * made twice is still one file. Written beside, flushed, then renamed: whoever lists the folder sees whole mails.
 */
export class FileEmailChannel implements Channel {
  readonly name = 'email';
  private readonly composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(
    private readonly folder: string,
    private readonly sender: string,
  ) {}

  async send(envelope: Envelope): Promise<SendOutcome> {
    try {
      const composed = await this.composer.sendMail(composeMail(envelope, this.sender));
      await this.write(`${envelope.deliveryId}.eml`, composed.message as Buffer);
      return { sent: true };
    } catch {
      return { sent: false, final: false, code: 'file.not_written' };
    }
  }

  private async write(name: string, bytes: Buffer): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const beside = join(this.folder, `.${name}.${randomUUID()}`);
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, join(this.folder, name));
  }

  close(): void {
    this.composer.close();
  }
}
