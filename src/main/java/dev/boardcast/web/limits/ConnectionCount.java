package dev.boardcast.web.limits;

import dev.boardcast.web.limits.Budget.Grant;

/**
 * Under whom one connection is counted: its address until it has a valid token, and then the
 * principal of its latest request. Event loop of the channel.
 */
final class ConnectionCount {
  private final Budget principals;
  private Runnable leaveAddress;
  private String principal;

  /**
   * @param leaveAddress ends the count of the address
   */
  ConnectionCount(Budget principals, Runnable leaveAddress) {
    this.principals = principals;
    this.leaveAddress = leaveAddress;
  }

  /** Counts it for a principal; false, and as before, when that one has too many. */
  boolean moveTo(String next) {
    if (next.equals(principal)) return true;
    if (principals.acquire(next, 1) != Grant.GRANTED) return false;
    release();
    principal = next;
    return true;
  }

  /** Counts it no longer. */
  void release() {
    if (leaveAddress != null) leaveAddress.run();
    leaveAddress = null;
    if (principal != null) principals.release(principal, 1);
    principal = null;
  }
}
