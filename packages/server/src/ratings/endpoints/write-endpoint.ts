/**
 * What an endpoint that changes something is: one row of the table that the router, the OpenAPI document and the tests read. A
 * row says what the body may hold; what is done with it is said by its name elsewhere (writes.ts).
 */
import type { Option } from './endpoint.ts';

/**
 * How the value of a body field is read. `text` is one line without control characters, `lines` may have several; both are
 * trimmed. `guids` are read in lower case, each once.
 */
export type BodyFieldType = 'text' | 'lines' | 'whole' | 'flag' | 'guids' | 'object';

/** A field of a body. */
export interface BodyField {
  readonly name: string;
  readonly type: BodyFieldType;
  /** A few words for the OpenAPI document. */
  readonly about: string;
  /** Missing or null is 400. */
  readonly required?: boolean;
  /** Of a text: an empty one is 400. */
  readonly filled?: boolean;
  /** null is a value of its own; of any other field null is as good as nothing said. */
  readonly nullable?: boolean;
  /** Of a text: characters at most. */
  readonly maxLength?: number;
  /** Of a whole number: the least and the greatest. */
  readonly range?: readonly [number, number];
  /** The only texts that are accepted, told without regard to case. */
  readonly values?: readonly string[];
  /** Of an object: its own fields. */
  readonly fields?: readonly BodyField[];
}

/** Where the fields stand, beside the top level of the body: in the object of this name, or in each object of its list. */
export interface BodyEnvelope {
  readonly name: string;
  /** True: a list, whose objects are written together or not at all. */
  readonly many: boolean;
}

/** An endpoint that changes something: a role that may manage data is asked for (permissions.ts, `data.manage`). */
export interface WriteEndpoint {
  /** What a writer knows it by: `folder.create`. */
  readonly name: string;
  /** Without the surface's prefix; parameters as `:name`. */
  readonly path: string;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** One sentence for the OpenAPI document. */
  readonly about: string;
  /** Section of bitsight-api.md, or the article, that states it. */
  readonly facts: string;
  /** Status of success; 204 has no body. */
  readonly status: 200 | 201 | 204;
  /** Parameters of the query. */
  readonly options?: readonly Option[];
  /** Fields that the table does not name are passed over. */
  readonly body: readonly BodyField[];
  readonly envelope?: BodyEnvelope;
}
