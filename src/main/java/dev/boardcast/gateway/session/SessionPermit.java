package dev.boardcast.gateway.session;

/** A connection's share of the node's connection limits. */
public interface SessionPermit {
  /** Counts the session for a user, once; false when that user has as many as allowed. */
  boolean assignTo(String user);

  /** Counts a token that was refused; true when its address had too many in a minute. */
  default boolean isOverRefusedTokens() {
    return false;
  }

  /** Returns the share; further calls do nothing. */
  void release();
}
