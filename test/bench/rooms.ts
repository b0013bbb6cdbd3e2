/** A room of three people on a server under test. `send`: one message, resolved in ms when both others have it. */
export interface Room {
  send(): Promise<number>;
}

export interface Rooms {
  open(count: number, progress: (line: string) => void): Promise<Room[]>;
  close(): void;
}
