package dev.boardcast;

/** What a node does. */
public enum Role {
  API,
  GATEWAY,
  METRICS,
  EMITTER
}
