/**
 * The key over all keys of subjects. It never leaves its keeper; what it wraps may be written down.
 *
 * Both methods reject with `KeysUnavailable` and nothing else: when the keeper does not answer or refuses, and also when
 * this is another master key than the one that wrapped. None of this says that a key was erased.
 */
export interface MasterKey {
  /** Stands beside each key that it wrapped. Two master keys of one installation do not share a name. */
  readonly name: string;
  /** Encrypts a key of 32 bytes. `context` is bound to it as associated data and is no secret. */
  wrap(key: Uint8Array, context: WrappingContext): Promise<Uint8Array>;
  /** Gives the key again, in the same context only. The caller fills it with zeros after use. */
  unwrap(wrapped: Uint8Array, context: WrappingContext): Promise<Uint8Array>;
}

export type WrappingContext = Readonly<Record<string, string>>;

/** A master key in a file of this machine. */
export interface LocalMasterKey extends MasterKey {
  /** Makes the file when it may be made, else checks it, so that a process can refuse to start without it. */
  ready(): Promise<void>;
}

/** A master key that is reached over connections, which `close` ends. */
export interface ClosableMasterKey extends MasterKey {
  close(): Promise<void>;
}
