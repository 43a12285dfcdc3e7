import { Boardcast } from './boardcast.js';

/** What a user shows of itself to the others on a topic. Empty: nothing but its id. */
export interface PresenceData {
  /** 1 to 80 characters, as `state`. */
  name?: string;
  /** Such as `#a03c2f`. */
  color?: string;
  /** What the user does, in words of the application. */
  state?: string;
}

export interface PresentUser {
  user: string;
  data: PresenceData;
  /** ISO 8601: when the first of the user's sessions came. */
  since: string;
}

/** Frozen; another object for each change. */
export interface PresenceView {
  /** In the order in which they came, the own user among them; none where they are too many. */
  readonly users: readonly PresentUser[];
  readonly count: number;
  /** They are too many to be listed. */
  readonly countsOnly: boolean;
  /** There may be users on nodes that the server does not reach at present. */
  readonly partial: boolean;
  /** Why the server does not say who is there: the code of its error; null where it does. */
  readonly refused: string | null;
}

export interface Present {
  /** As `changed` has got it last. */
  readonly view: PresenceView;
  /** Shows something else; `{}` takes back what was shown. Throws a TypeError for what is not as it should be. */
  set(data: PresenceData): void;
  /** Leaves; harmless when called twice. */
  stop(): void;
}

/**
 * Follows a topic and is present there. `changed` is called with the first list and with each change, at most about once a
 * second. A user counts once; of what its tabs show, the newest counts. Without a WebSocket it reads the list every 5 s and is not
 * present. Throws a TypeError that names the argument.
 */
export function presence(
  client: Boardcast,
  topic: string,
  changed: (view: PresenceView) => void,
  data?: PresenceData,
): Present;

/**
 * Lets tabs that share this one's connection be present while this page is on no topic. Without it these read the list, as
 * without a WebSocket.
 */
export function relay(client: Boardcast): void;

/** Who is on a topic now, without being there. Fails with an Error that has the HTTP `status`. */
export function readPresence(client: Boardcast, topic: string): Promise<PresenceView>;
