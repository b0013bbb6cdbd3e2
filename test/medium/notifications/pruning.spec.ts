import type { DataSource } from 'typeorm';
import { LedgerPruning } from '../../../src/notifications/ledger-pruning.service.js';
import { LedgerRepository } from '../../../src/notifications/ledger.repository.js';
import { OutboxRepository } from '../../../src/platform/index.js';
import { openMigratedDatabase, silent, type OpenedDatabase } from '../../support/obligations/database.js';

describe('what is over for ninety days', () => {
  let opened: OpenedDatabase;
  let source: DataSource;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    ({ source } = opened);
  });

  afterAll(async () => {
    await opened.close();
  });

  it('is forgotten, whatever there is of it; what is young or not done stays', async () => {
    await source.query(
      `INSERT INTO outbox (dedupe_key, topic, payload, done_at)
       SELECT 'old-' || n, 'notice', '{}'::jsonb, now() - interval '91 days' FROM generate_series(1, 2500) AS n
       UNION ALL SELECT 'young', 'notice', '{}'::jsonb, now() - interval '89 days'
       UNION ALL SELECT 'undone', 'notice', '{}'::jsonb, NULL`,
    );
    await source.query(
      `INSERT INTO delivery (cause, recipient_kind, recipient_id, channel, reason, urgency, state, created_at)
       SELECT cause, 'person', '\\x00', 'email', 'update', 1, state, now() - days * interval '1 day'
       FROM (VALUES ('old', 'sent', 91), ('waiting', 'pending', 91), ('young', 'sent', 89)) AS given (cause, state, days)`,
    );
    await source.query('INSERT INTO delivery_attempt (delivery_id, number) SELECT id, 1 FROM delivery');
    await new LedgerPruning(new OutboxRepository(source), new LedgerRepository(source), silent).run();
    const kept: { key: string }[] = await source.query('SELECT dedupe_key AS key FROM outbox ORDER BY key');
    expect(kept.map(({ key }) => key)).toEqual(['undone', 'young']);
    const causes: { cause: string }[] = await source.query(
      'SELECT cause FROM delivery JOIN delivery_attempt ON delivery_id = id ORDER BY cause',
    );
    expect(causes.map(({ cause }) => cause)).toEqual(['waiting', 'young']);
  });
});
