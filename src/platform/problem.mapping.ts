import { HttpException } from '@nestjs/common';
import { ZodError } from 'zod';
import { Problem, WireError } from '#protocol';
import { isDatabaseAway } from './transaction.service.js';

/** What the outside may know of an error. Anything not foreseen is `internal.unexpected` and gets logged. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) return malformed(error);
  if (error instanceof WireError) return new Problem('request.malformed');
  if (isDatabaseAway(error)) return new Problem('service.unavailable');
  if (error instanceof HttpException) return fromStatus(error.getStatus());
  return fromParser(error) ?? new Problem('internal.unexpected');
}

/** Names the schema's own fields; a key the schema does not know would echo the caller. */
export function malformed(error: ZodError): Problem {
  const fields = error.issues.map((issue) => issue.path.map(String).join('.')).filter((path) => path !== '');
  return new Problem('request.malformed', { fields: [...new Set(fields)].slice(0, 10) });
}

function fromStatus(status: number): Problem {
  if (status === 404 || status === 405) return new Problem('request.not_found');
  if (status === 413) return new Problem('request.too_large');
  if (status === 429) return new Problem('request.too_many');
  if (status === 401) return new Problem('auth.required');
  if (status === 403) return new Problem('auth.forbidden');
  if (status >= 400 && status < 500) return new Problem('request.malformed');
  return new Problem('internal.unexpected');
}

/** Errors of the body parser carry a status and quote the body in their message. */
function fromParser(error: unknown): Problem | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error) || !('type' in error))
    return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? fromStatus(status) : undefined;
}
