/**
 * The named peer: the least a durable chat server on the same engines can do. socket.io rooms, one table,
 * group commit, no membership, no signatures, no order beyond the table's. Run as its own process:
 * DATABASE_URL and PORT in the environment; prints `ready` on standard output.
 */
import { createServer } from 'node:http';
import pg from 'pg';
import { Server } from 'socket.io';

interface Pending {
  readonly room: string;
  readonly body: Buffer;
  readonly done: (seq: number) => void;
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 2 });
const waiting: Pending[] = [];
let committing = false;

async function commitWaiting(): Promise<void> {
  if (committing) return;
  committing = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 200);
    const inserted = await pool.query<{ seq: string }>(
      'INSERT INTO message (room, body) SELECT * FROM unnest($1::text[], $2::bytea[]) RETURNING seq',
      [batch.map((one) => one.room), batch.map((one) => one.body)],
    );
    batch.forEach((one, index) => {
      one.done(Number(inserted.rows[index]?.seq ?? 0));
    });
  }
  committing = false;
}

await pool.query(
  'CREATE TABLE IF NOT EXISTS message (seq bigserial PRIMARY KEY, room text NOT NULL, body bytea NOT NULL)',
);
const http = createServer();
const server = new Server(http, { transports: ['websocket'], perMessageDeflate: false });

server.on('connection', (socket) => {
  const room = String(socket.handshake.auth['room']);
  void socket.join(room);
  socket.on('send', (body: Buffer, ack: (reply: { seq: number }) => void) => {
    waiting.push({
      room,
      body,
      done: (seq) => {
        ack({ seq });
        socket.to(room).emit('sent', { seq, body });
      },
    });
    void commitWaiting();
  });
});

http.listen(Number(process.env['PORT']), '127.0.0.1', () => {
  process.stdout.write('ready\n');
});
process.once('SIGTERM', () => {
  void server.close().then(() => pool.end());
});
