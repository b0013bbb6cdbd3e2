import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a step was taken before its time, in milliseconds after the opening and without pauses; NULL: it was not. Its
 * repetitions count from there. A version that does not know the column counts them from the planned time.
 */
export class NoteEarlySteps1795000063000 implements MigrationInterface {
  name = 'NoteEarlySteps1795000063000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE obligation ADD COLUMN early_ms double precision[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE obligation DROP COLUMN early_ms');
  }
}
