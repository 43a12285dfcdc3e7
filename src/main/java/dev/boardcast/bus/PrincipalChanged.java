package dev.boardcast.bus;

/**
 * A user's team memberships have changed: sessions of that user are checked again. A hint that
 * makes it quick; what makes it certain is the event {@link #EVENT} on the user's own stream,
 * written with the change.
 */
public record PrincipalChanged(String user) {
  /** Type of the event, in order with all events of people and teams. */
  public static final String EVENT = "membership_changed";
}
