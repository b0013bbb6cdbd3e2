import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { Problem } from '#protocol';
import { Transactions, rows } from '../../../src/platform/index.js';
import { openMigratedDatabase, type OpenedDatabase } from '../../support/obligations/database.js';

const WHO = 'SELECT pg_backend_pid() AS pid';

describe('a transaction', () => {
  let opened: OpenedDatabase;
  let source: DataSource;
  let transactions: Transactions;

  beforeAll(async () => {
    opened = await openMigratedDatabase();
    ({ source } = opened);
    transactions = new Transactions(source);
  });

  afterAll(async () => {
    await opened.close();
  });

  it('that is over runs no statement any more: its connection may be in the middle of somebody else’s', async () => {
    let over: EntityManager | undefined;
    await transactions.run(async (tx) => {
      over = tx;
      await rows(tx, WHO);
    });
    const late = async () => rows(over ?? source, WHO);
    await expect(late()).rejects.toThrow('released');
  });

  it.each([
    ['its next statement', async (tx: EntityManager) => rows(tx, WHO)],
    ['its commit', async () => Promise.resolve()],
  ])('whose connection is lost before %s is a database that is away', async (_, goOn) => {
    const cutOff = transactions.run(async (tx) => {
      const [session] = await rows<{ pid: number }>(tx, WHO);
      await rows(source, 'SELECT pg_terminate_backend($1)', [session?.pid]);
      while (tx.queryRunner?.isReleased !== true) await sleep(5);
      await goOn(tx);
    });
    await expect(cutOff).rejects.toEqual(new Problem('service.unavailable'));
  });
});
