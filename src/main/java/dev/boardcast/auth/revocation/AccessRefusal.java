package dev.boardcast.auth.revocation;

/** Why a principal with a valid token may not act. */
public enum AccessRefusal {
  /** A revocation fits. */
  REVOKED("revoked"),
  /** The key that signed the token is no longer one of the configured ones. */
  KEY_WITHDRAWN("the signing key was withdrawn"),
  /** The node has been cut off for so long that it does not know the revocations. */
  UNKNOWN("revocations cannot be checked now");

  private final String text;

  AccessRefusal(String text) {
    this.text = text;
  }

  /** The text for clients. */
  public String text() {
    return text;
  }

  /** Whether the same token may be accepted later, or by another node. */
  public boolean isTemporary() {
    return this == UNKNOWN;
  }
}
