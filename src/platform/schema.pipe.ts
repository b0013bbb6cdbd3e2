import { Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { malformed } from './problem.mapping.js';

/** Strict parse of one input by its schema; what does not fit is `request.malformed` with the field's name. */
@Injectable()
export class SchemaPipe<Output> implements PipeTransform<unknown, Output> {
  constructor(private readonly schema: z.ZodType<Output>) {}

  transform(value: unknown): Output {
    const parsed = this.schema.safeParse(value);
    if (!parsed.success) throw malformed(parsed.error);
    return parsed.data;
  }
}
