package dev.boardcast.alerts;

import java.util.Set;

/** The stream of alerts and the types of its events. */
public final class AlertEvents {
  /** The reserved stream of alerts. */
  public static final String STREAM = "alerts";

  /** In place of a board for rules for operators. */
  public static final String OPERATORS = OperatorCondition.BOARD;

  static final String ACKNOWLEDGED = "alert_acknowledged";
  static final String MUTED = "alert_muted";
  static final String UNMUTED = "alert_unmuted";
  static final String UNDELIVERED = "alert_undelivered";

  private AlertEvents() {}

  /** The types of its events that this package publishes; applications must not. */
  public static Set<String> types() {
    return Set.of(
        AlertStatus.OK.eventType(),
        AlertStatus.FIRING.eventType(),
        AlertStatus.NO_DATA.eventType(),
        ACKNOWLEDGED,
        MUTED,
        UNMUTED,
        UNDELIVERED);
  }

  /** The stream of a board whose alerts fewer may see than the stream of all. */
  public static String ofBoard(String board) {
    return STREAM + "." + board;
  }
}
