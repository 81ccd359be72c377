/** Many guids at once, pasted from a table, a list or JSON. */

export interface GuidList {
  /** Lower case, each once, in their order. */
  guids: string[];
  /** What is no guid. */
  refused: string[];
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The guids of a text: parted by blanks, lines, commas or semicolons, in quotes, brackets or without. */
export function guidsIn(text: string): GuidList {
  const words = text.split(/[\s,;"'[\](){}<>]+/).filter(word => word !== '');
  return {
    guids: [...new Set(words.filter(word => GUID.test(word)).map(word => word.toLowerCase()))],
    refused: [...new Set(words.filter(word => !GUID.test(word)))],
  };
}
