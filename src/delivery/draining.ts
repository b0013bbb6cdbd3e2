import { Injectable } from '@nestjs/common';

/** Set when the process is about to end: readiness says so, and no new append is taken. */
@Injectable()
export class Draining {
  begun = false;
}
