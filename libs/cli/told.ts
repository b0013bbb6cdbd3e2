import type { Command } from 'commander';
import type { ContactBook, DeliveryView } from '#client';
import type { Screen } from './screen.js';

/** Somebody who can be told, a person or an administrator. */
interface Told {
  readonly screen: Screen;
  readonly contacts: ContactBook;
  deliveries(): Promise<readonly DeliveryView[]>;
}

/** A person and an administrator set their contacts with the same commands. */
export type WithTold = (command: Command, act: (told: Told) => Promise<void>) => Promise<void>;
