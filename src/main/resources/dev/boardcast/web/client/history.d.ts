import { Boardcast, Message } from './boardcast.js';

/** The parameters of the HTTP API: `after`, `before` and `limit` for streams, the others for boards. */
export interface HistoryQuery {
  /** Events after this offset; by default the oldest. */
  after?: string;
  /** The last events before this offset, or before `end`. */
  before?: string;
  /** 1 to 500 events, by default 100. */
  limit?: number;
  /** Paths of metrics; by default all plain ones. */
  metric?: string | string[];
  /** ISO 8601; by default an hour before `to`, and now. */
  from?: string;
  to?: string;
  /** Such as `5s`, `15m` or `1h`. */
  step?: string;
}

export interface EventPage {
  events: Omit<Message, 'at'>[];
  /** The offset to continue after. */
  next: string;
  /** The offset to continue before; absent when there are no older events. */
  previous?: string;
  recovered: boolean;
}

export interface Series {
  board: string;
  from: string;
  to: string;
  step: string;
  series: { metric: string; key?: string; points: [time: string, value: any][] }[];
}

/**
 * Earlier events of a stream, or values of a board or a part of it, such as `sales?site=7`. Fails with an Error that has the
 * HTTP `status` and, for wrong parameters, `errors` that name them.
 */
export function history<Page = EventPage | Series>(client: Boardcast, topic: string, query?: HistoryQuery): Promise<Page>;
