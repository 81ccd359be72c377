/** A value outside React that components can follow: the whole of it is "read, change, tell". */
import { useSyncExternalStore } from 'react';

export interface Store<Value> {
  read: () => Value;
  write: (value: Value) => void;
  follow: (listener: () => void) => () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    read: () => current,
    write(value) {
      current = value;
      for (const listener of listeners) listener();
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The store's value, rendered again when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.follow, store.read);
}
