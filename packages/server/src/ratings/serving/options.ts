/** The parameters of an endpoint that are no filters, read and checked by its row of the table. */
import { badParameter, dayOf } from '../../wire/filters.ts';
import { type Parameters, splitValues } from '../../wire/parameters.ts';
import type { Option } from '../endpoints/endpoint.ts';
import type { Options } from '../source.ts';

/** Reads the options of a request. Throws BAD_PARAMETER that names the one which is missing or cannot be read. */
export function optionsOf(parameters: Parameters, options: readonly Option[]): Options {
  const read = new Map<string, string | number | boolean | readonly string[]>();
  for (const option of options) {
    const parameter = parameters.get(option.name);
    const text = parameter?.value.trim() ?? '';
    if (text !== '') read.set(option.name, optionValue(option, parameter?.spelled ?? option.name, text));
    else if (option.required === true) throw badParameter(option.name, 'is required');
    else if (option.default !== undefined) read.set(option.name, option.default);
  }
  return read;
}

function optionValue(
  option: Option,
  spelled: string,
  text: string,
): string | number | boolean | readonly string[] {
  switch (option.type) {
    case 'texts':
      return splitValues(text).map(value => known(option, spelled, value));
    case 'day': {
      // Breaches also take YYYYMMDD (bitsight-api.md, 3.2).
      const day = dayOf(text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'));
      if (day === null) throw badParameter(spelled, 'must be a date like 2026-01-31');
      return day;
    }
    case 'whole':
      if (!/^\d{1,15}$/.test(text)) throw badParameter(spelled, 'must be a whole number');
      return Number(text);
    case 'number':
      if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw badParameter(spelled, 'must be a number');
      return Number(text);
    case 'flag': {
      const flag = text.toLowerCase();
      if (flag === 'true' || flag === '1') return true;
      if (flag === 'false' || flag === '0') return false;
      throw badParameter(spelled, 'must be true or false');
    }
    default:
      return known(option, spelled, text);
  }
}

/** Values are told without regard to case and read as the table writes them. */
function known({ values }: Option, spelled: string, text: string): string {
  if (values === undefined) return text;
  const value = values.find(candidate => candidate.toLowerCase() === text.toLowerCase());
  if (value !== undefined) return value;
  throw badParameter(spelled, `must be one of ${values.join(', ')}`);
}
