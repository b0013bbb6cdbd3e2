import type { Command } from 'commander';
import { AUTHORS, EVENT_LANES, EVENT_TYPES, OBLIGATION_TABLE, exampleOf, jsonSchemaOf } from '#clinical';
import { eventTypeOf } from '../event.input.js';
import { laneText } from '../places.js';
import { table } from '../screen.js';
import { contextOf, type Register } from '../session.js';

interface Options {
  readonly schema?: boolean;
  readonly example?: boolean;
}

export const events: Register = (program, shell) => {
  program
    .command('events [event]')
    .description('The typed events: who may sign them, where they stand, who may be asked')
    .option('--schema', 'the JSON Schema of the event')
    .option('--example', 'an invented example to start from')
    .action((name: string | undefined, options: Options, command: Command) => {
      const { screen } = contextOf(command, shell);
      if (name !== undefined && (options.schema === true || options.example === true)) {
        const type = eventTypeOf(name);
        const value = options.schema === true ? jsonSchemaOf(type) : exampleOf(type);
        screen.show(value, () => JSON.stringify(value, null, 2).split('\n'));
        return;
      }
      const types = name === undefined ? EVENT_TYPES : [eventTypeOf(name)];
      const rows = types.map((type) => ({
        event: type,
        authors: AUTHORS[type],
        lanes: EVENT_LANES[type],
        ...OBLIGATION_TABLE[type],
      }));
      screen.show({ events: rows }, () =>
        table([
          ['event', 'signed by', 'lanes', 'may ask', 'may'].map((title) => screen.paint('bold', title)),
          ...rows.map((row) => [
            row.event,
            row.authors.length > 3 ? 'anybody' : row.authors.join(', '),
            row.lanes.map(laneText).join(', '),
            row.responders.length > 3 ? 'anybody' : row.responders.join(', '),
            row.ops.join(' '),
          ]),
        ]),
      );
    });
};
