import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule } from '../../../src/config/index.js';
import { NoticeDispatcher } from '../../../src/notifications/dispatcher.service.js';
import { NoticeEffect } from '../../../src/notifications/notice-effect.service.js';
import { PlatformModule } from '../../../src/platform/index.js';
import { configFor } from '../obligations/database.js';

/** A process that fills the queue and has nobody who empties it. */
export async function startDispatcherAlone(
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<TestingModule> {
  const never = { run: () => Promise.reject(new Error('the dispatcher worked on a job itself')) };

  const dispatcher = await Test.createTestingModule({
    imports: [ConfigModule.with(configFor(databaseUrl, settings)), PlatformModule],
    providers: [NoticeDispatcher, { provide: NoticeEffect, useValue: never }],
  }).compile();
  return dispatcher.init();
}
