import { Injectable } from '@nestjs/common';
import { ObligationRepository, type ObligationFacts } from './obligation.repository.js';

/** The truth about an obligation, for whoever is about to act on an older word of it. */
@Injectable()
export class ObligationReader {
  constructor(private readonly obligations: ObligationRepository) {}

  findFacts(threadId: Uint8Array, id: number): Promise<ObligationFacts | null> {
    return this.obligations.findFacts(threadId, id);
  }
}
