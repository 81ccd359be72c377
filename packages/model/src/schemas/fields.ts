// Field types shared by the schemas: ids, days, times and the upstream record.
import { z } from 'zod';
import { VENDOR } from '../vocabulary.ts';

export const day = () => z.iso.date();
export const timestamp = () => z.iso.datetime();
export const vendor = () => z.literal(VENDOR);
export const upstreamRecord = () => z.record(z.string(), z.unknown());
