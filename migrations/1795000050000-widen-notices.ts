import type { MigrationInterface, QueryRunner } from 'typeorm';

/** More reasons to tell somebody, and some of them are about no thread. */
export class WidenNotices1795000050000 implements MigrationInterface {
  name = 'WidenNotices1795000050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery ALTER COLUMN thread_id DROP NOT NULL');
    await runner.query('ALTER TABLE delivery DROP CONSTRAINT delivery_reason_check');
    await runner.query(`
      ALTER TABLE delivery ADD CONSTRAINT delivery_reason_check CHECK (reason IN
        ('opened', 'reminder', 'due', 'unattended', 'answered', 'update', 'escalated', 'step_empty',
         'nobody_on_duty', 'undelivered', 'wait_over', 'coverage_gap', 'readiness_probe', 'readiness_failed',
         'swap_asked', 'swap_settled', 'handover', 'drill'))`);
  }

  /** Fails where such notices exist already: they are part of the record. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery DROP CONSTRAINT delivery_reason_check');
    await runner.query(`
      ALTER TABLE delivery ADD CONSTRAINT delivery_reason_check
        CHECK (reason IN ('opened', 'reminder', 'due', 'unattended', 'answered', 'update'))`);
    await runner.query('ALTER TABLE delivery ALTER COLUMN thread_id SET NOT NULL');
  }
}
