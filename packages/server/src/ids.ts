/** Identifiers of rows that are ours: UUID v7, so that they sort by the time they were made. */
import { v7 } from 'uuid';

export type IdSource = () => string;

export const newId: IdSource = () => v7();
