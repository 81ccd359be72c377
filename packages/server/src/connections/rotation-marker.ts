/** The text in a new token's description by which a rotation finds it again, whatever happened to the answer. */
import { randomBytes } from 'node:crypto';

const MARKER_BYTES = 8;
/** Bitsight takes 255 characters. */
const MAX_NAME = 180;

/** Unique for each rotation. */
export function newMarker(): string {
  return `rotation-${randomBytes(MARKER_BYTES).toString('hex')}`;
}

/** The new token's description upstream. */
export function descriptionOf(connectionName: string, marker: string): string {
  const name = connectionName
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, MAX_NAME)
    .toWellFormed();
  return `Sightline connection ${name} ${marker}`;
}

/** Whether a description upstream is that of this rotation. Its end tells: upstream may tidy blanks in the name. */
export function isOurDescription(description: string, marker: string): boolean {
  return description.trim().endsWith(marker);
}

/** The marker at the end of a description that `descriptionOf` made. */
export function markerOf(description: string): string {
  return description.slice(description.lastIndexOf(' ') + 1);
}
