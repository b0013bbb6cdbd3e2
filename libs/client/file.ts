/** The encrypted file key store: Node only, the second door of this room (`#client/file`). */
export { FileStore, type FileStoreDoor, type FileStoreOptions } from './file.store.js';
