/** The encrypted file key store: Node only, the second door of this room (`#client/file`). */
import type { KeyStore } from './store.contract.js';

export interface FileStoreOptions {
  /** The store is a folder-less single file; its lock and its temporary file stand beside it. */
  readonly path: string;
  readonly passphrase: string;
}

export interface FileStoreDoor {
  /** Makes a new store. Errors: store.not_empty (something stands there), store.locked. */
  create(options: FileStoreOptions): Promise<KeyStore>;
  /** Errors: store.not_found, store.locked, store.wrong_passphrase, store.corrupt. */
  open(options: FileStoreOptions): Promise<KeyStore>;
  /** Opens it, or makes it when nothing stands there. */
  openOrCreate(options: FileStoreOptions): Promise<KeyStore>;
}

export declare const FileStore: FileStoreDoor;
