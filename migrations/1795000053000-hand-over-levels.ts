import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far escalation of an item had gone when it was handed over. */
export class HandOverLevels1795000053000 implements MigrationInterface {
  name = 'HandOverLevels1795000053000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE handover_item ADD COLUMN taken smallint[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE handover_item DROP COLUMN taken');
  }
}
