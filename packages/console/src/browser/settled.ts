/** A value that is typed, once the typing rests: so that a search is made for a word and not for each of its letters. */
import { useEffect, useState } from 'react';

const REST_MS = 300;

export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
