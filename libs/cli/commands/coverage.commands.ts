import type { Command } from 'commander';
import { atAdministratorDesk, atStaffDesk, type WithDesk } from '../coverage.desk.js';
import type { Shell } from '../screen.js';
import type { Register } from '../session.js';
import { addLeave, addNotes, addSwaps } from './coverage.people.commands.js';
import { addCalendar, addOverrides, addRota } from './coverage.plan.commands.js';
import { addActs, addChanges, addOnDuty, addReadiness, addShifts } from './coverage.view.commands.js';

/** Who is on duty, what is planned, who is away. */
export const coverage: Register = (program, shell) => {
  const parent = program
    .command('coverage')
    .description('Who is on duty in my organisation, and what is planned about it')
    .option('--organisation <id>', 'which one, for staff of several');
  const withDesk = atStaffDesk(shell);
  addCommon(parent, shell, withDesk);
  addSwaps(parent, withDesk);
  addNotes(parent, shell);
};

/** The same under `admin`, but what only a person can do. */
export function addAdministratorCoverage(admin: Command, shell: Shell): void {
  const parent = admin.command('coverage').description('Who is on duty, and what is planned about it');
  addCommon(parent, shell, atAdministratorDesk(shell));
}

function addCommon(parent: Command, shell: Shell, withDesk: WithDesk): void {
  addCalendar(parent, shell, withDesk);
  addRota(parent, shell, withDesk);
  for (const add of [addOnDuty, addShifts, addOverrides, addLeave, addChanges, addReadiness, addActs]) {
    add(parent, withDesk);
  }
}
