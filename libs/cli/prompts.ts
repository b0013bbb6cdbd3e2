import { confirm, input, password, select } from '@inquirer/prompts';
import { UsageError } from './failure.js';
import type { Screen, Shell } from './screen.js';

export interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

/** How a command asks the person. In a script nobody is there to ask: every question then names its flag. */
export interface Prompts {
  text(question: string, options?: TextOptions): Promise<string>;
  secret(question: string, check?: Check): Promise<string>;
  yesNo(question: string, preset: boolean): Promise<boolean>;
  choose<T>(question: string, choices: readonly Choice<T>[]): Promise<T>;
}

/** True, or what is wrong with the answer: then it is asked again. */
type Check = (answer: string) => true | string;

export interface TextOptions {
  readonly preset?: string;
  readonly check?: Check;
}

/** Questions go to stderr, so that stdout carries results alone. */
export function terminalPrompts(shell: Shell): Prompts {
  const context = { input: shell.stdin, output: shell.stderr };
  return {
    text: (message, { preset, check } = {}) =>
      input(
        {
          message,
          ...(preset === undefined ? {} : { default: preset }),
          ...(check === undefined ? {} : { validate: check }),
        },
        context,
      ),
    secret: (message, check) =>
      password({ message, mask: '*', ...(check === undefined ? {} : { validate: check }) }, context),
    yesNo: (message, preset) => confirm({ message, default: preset }, context),
    choose: (message, choices) => select({ message, choices: [...choices], pageSize: 12 }, context),
  };
}

/** What is missing from the command line, asked for in a terminal and refused in a script. */
export async function askOrRefuse(screen: Screen, flag: string, ask: () => Promise<string>): Promise<string> {
  if (!screen.interactive) throw new UsageError(`${flag} is needed when nobody can be asked.`);
  return ask();
}
