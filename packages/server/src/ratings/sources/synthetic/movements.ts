/**
 * When ratings and grades of a synthetic company moved. Ratings are compared day by day; a grade is looked up at a few days only,
 * because between two turns of its drift it goes one way, and days that an incident weighs on are few.
 */
import { type Incident, incidentsFeltBetween, vectorFall } from './incidents.ts';
import { RATED_VECTORS, type RatedVector, ratingOn, VECTOR_KNOT_DAYS, vectorRating } from './ratings.ts';

/** From the day before to this one. */
export interface RatingMove {
  readonly day: number;
  readonly start: number;
  readonly end: number;
}

export interface GradeMove {
  readonly day: number;
  readonly vector: RatedVector;
  readonly start: string;
  readonly end: string;
}

/** The days of the range, both ends in it, on which the rating was another one than the day before; the oldest first. */
export function ratingMoves(companyKey: number, from: number, to: number): readonly RatingMove[] {
  const moves: RatingMove[] = [];
  let start = ratingOn(companyKey, from - 1);
  for (let day = from; day <= to; day++) {
    const end = ratingOn(companyKey, day);
    if (end !== start) moves.push({ day, start, end });
    start = end;
  }
  return moves;
}

/** The days of the range on which the grade in a risk vector was another one than the day before. */
export function gradeMoves(companyKey: number, from: number, to: number): readonly GradeMove[] {
  const felt = incidentsFeltBetween(companyKey, from - 1, to);
  return RATED_VECTORS.flatMap(vector => {
    const grades = new Grades(companyKey, vector);
    return grades.isRated ? grades.moves(from, to, felt) : [];
  });
}

/** Days on which a vector's rating is what an incident left of it: from its day until the first day after. */
type Span = Pick<Incident, 'day' | 'recoveryDays'>;

/** The grades of one company in one vector. */
class Grades {
  readonly #companyKey: number;
  readonly #vector: RatedVector;
  readonly #moves: GradeMove[] = [];

  constructor(companyKey: number, vector: RatedVector) {
    this.#companyKey = companyKey;
    this.#vector = vector;
  }

  /** A vector without enough data has no grade on any day. */
  get isRated(): boolean {
    return this.#gradeOn(0) !== 'N/A';
  }

  moves(from: number, to: number, felt: readonly Incident[]): readonly GradeMove[] {
    const spans = felt.filter(({ day }) => this.#suffersOn(day));
    const marks = marksBetween(from - 1, to, spans).map(day => this.#at(day));
    let start: Standing | undefined;
    for (const end of marks) {
      if (start !== undefined) this.#compare(start, end, spans);
      start = end;
    }
    return this.#moves;
  }

  #compare(start: Standing, end: Standing, spans: readonly Span[]): void {
    const isWeighedOn = spans.some(
      ({ day, recoveryDays }) => start.day >= day && start.day < day + recoveryDays,
    );
    if (isWeighedOn) this.#walk(start, end);
    else this.#halve(start, end);
  }

  #suffersOn(day: number): boolean {
    const { order, category } = this.#vector;
    return vectorFall(this.#companyKey, order, category === 'Public Disclosures', day) > 0;
  }

  #at(day: number): Standing {
    return { day, grade: this.#gradeOn(day) };
  }

  #gradeOn(day: number): string {
    return vectorRating(this.#companyKey, this.#vector, day).grade;
  }

  /** Day by day. */
  #walk(start: Standing, end: Standing): void {
    let { grade } = start;
    for (let day = start.day + 1; day <= end.day; day++) {
      const next = day === end.day ? end.grade : this.#gradeOn(day);
      if (next !== grade) this.#moves.push({ day, vector: this.#vector, start: grade, end: next });
      grade = next;
    }
  }

  /** Where the grade goes one way: equal ends mean that nothing happened between them. */
  #halve(start: Standing, end: Standing): void {
    if (start.grade === end.grade) return;
    if (end.day - start.day === 1) {
      this.#moves.push({ day: end.day, vector: this.#vector, start: start.grade, end: end.grade });
      return;
    }
    const middle = this.#at((start.day + end.day) >> 1);
    this.#halve(start, middle);
    this.#halve(middle, end);
  }
}

/** The grade on a day. */
interface Standing {
  readonly day: number;
  readonly grade: string;
}

/** Both ends, the days between them on which the drift turns, and those around the beginning and the end of each span. */
function marksBetween(from: number, to: number, spans: readonly Span[]): readonly number[] {
  const marks = new Set([from, to]);
  for (let day = Math.ceil(from / VECTOR_KNOT_DAYS) * VECTOR_KNOT_DAYS; day < to; day += VECTOR_KNOT_DAYS)
    marks.add(day);
  for (const { day, recoveryDays } of spans)
    for (const mark of [day - 1, day, day + recoveryDays]) if (mark > from && mark < to) marks.add(mark);
  return [...marks].sort((left, right) => left - right);
}
