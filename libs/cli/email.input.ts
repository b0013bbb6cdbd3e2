import { emailContactRequest } from '#protocol';
import { UsageError } from './failure.js';

/** An address as the service takes it. Errors: UsageError. */
export function emailAddress(text: string): string {
  if (emailContactRequest.shape.address.safeParse(text).success) return text;
  throw new UsageError(`"${text}" is no e-mail address.`);
}
